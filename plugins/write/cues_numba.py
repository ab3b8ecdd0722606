"""Paragraphs, cues and subtitles by the rules of paragraphs.py, cues.py and subtitles.py, compiled
by numba.
"""

from __future__ import annotations

import numpy as np
from numba import njit

from vsat_plugins.write.cues import (
    BROKEN_PHRASE,
    ENOUGH,
    LINE_CHARACTERS,
    LONGEST_MS,
    PAUSE,
    SHORTEST_MS,
)
from vsat_plugins.write.paragraphs import LONG_PARAGRAPH, LONG_PAUSE
from vsat_plugins.write.rows_numba import put_words
from vsat_plugins.write.text_numba import (
    SPEAKER,
    UNKNOWN,
    literal,
    put,
    put_clock,
    put_html,
    put_number,
    put_speaker,
)

ARROW, VOICE, HEAD = literal(" --> "), literal("<v "), literal("WEBVTT\n")
FULL_STOP, COMMA = 1, 2
LONGEST = LONGEST_MS * 16  # samples


@njit(cache=True)
def _closed(text, first, last):
    """Whether SENTENCE_END is found: . ? ! or … and after it nothing but quotes and brackets (and
    one new line).
    """
    if last > first and text[last - 1] == 10:
        last -= 1
    while last > first:
        c = text[last - 1]
        if c == 34 or c == 39 or c == 41 or c == 93:
            last -= 1
        elif (
            last - first >= 3
            and text[last - 3] == 0xE2
            and text[last - 2] == 0x80
            and (c == 0x9D or c == 0x99)
        ):
            last -= 3
        else:
            break
    if last == first:
        return False
    c = text[last - 1]
    dots = last - first >= 3 and text[last - 3] == 0xE2 and text[last - 2] == 0x80 and c == 0xA6
    return c == 46 or c == 63 or c == 33 or dots


@njit(cache=True)
def traits(text, offsets):
    """Of each word its characters, int64, and how it ends: FULL_STOP, COMMA (also where it is
    empty) or 0, uint8.
    """
    n = len(offsets) - 1
    characters, ending = np.zeros(n, np.int64), np.zeros(n, np.uint8)
    for i in range(n):
        for k in range(offsets[i], offsets[i + 1]):
            characters[i] += (text[k] & 0xC0) != 0x80
        last = text[offsets[i + 1] - 1] if characters[i] else 44
        if last == 44 or last == 59 or last == 58:
            ending[i] = COMMA
        elif _closed(text, offsets[i], offsets[i + 1]):
            ending[i] = FULL_STOP
    return characters, ending


@njit(cache=True)
def paragraphs_of(characters, ending, start, end, speaker):
    """The first word of each paragraph, and the number of words, int64 (n + 1,)."""
    n = len(start)
    first = np.empty(n + 1, np.int64)
    count = 0
    size = 0
    for i in range(n):
        new = i == 0 or speaker[i] != speaker[i - 1] or start[i] - end[i - 1] >= LONG_PAUSE
        if (
            new
            or size > 2 * LONG_PARAGRAPH
            or (size > LONG_PARAGRAPH and ending[i - 1] == FULL_STOP)
        ):
            first[count] = i
            count += 1
            size = 0
        size += characters[i] + 1
    first[count] = n
    return first[: count + 1].copy()


@njit(cache=True)
def _fits(ends, m, begin, j, samples):
    low, high = 0, m + 1
    while low < high:
        middle = (low + high) // 2
        if ends[middle] > begin + LINE_CHARACTERS + 1:
            high = middle
        else:
            low = middle + 1
    return ends[j] - 1 - max(ends[low - 1], begin) <= LINE_CHARACTERS and samples <= LONGEST


@njit(cache=True)
def _shares(first, last, reserved, characters, ending, start, end, ends, best, came):
    """Where the words of a phrase are cut: came[j] is the first word of the cue that ends before
    word j of it.

    `ends`, `best` and `came` int64 (n_words + 1,) are room to work in.
    """
    m = last - first
    ends[0], best[0] = reserved, 0
    for j in range(m):
        ends[j + 1] = ends[j] + characters[first + j] + 1
    if _fits(ends, m, 0, m, end[last - 1] - start[first]):
        came[m] = 0
        return
    for j in range(1, m + 1):
        lowest = -1
        for i in range(j - 1, -1, -1):
            begin = ends[i] if i else 0
            if i < j - 1 and not _fits(ends, m, begin, j, end[first + j - 1] - start[first + i]):
                break
            empty = 2 * LINE_CHARACTERS - (ends[j] - begin - 1)
            cost = best[i] + empty * empty
            if lowest < 0 or cost <= lowest:
                lowest, came[j] = cost, i
        best[j] = lowest + (0 if ending[first + j - 1] == COMMA else BROKEN_PHRASE)


@njit(cache=True)
def _label_size(speaker):
    """Characters of the speaker's name, a colon and a blank."""
    if speaker < 0:
        return len(UNKNOWN) + 2
    digits, rest = 1, (speaker + 1) // 10
    while rest > 0:
        digits += 1
        rest //= 10
    return len(SPEAKER) + digits + 2


@njit(cache=True)
def cues_of(paragraphs, characters, ending, start, end, speaker, n_samples):
    """Of each cue its first word, the word after its last, start ms, end ms, and whether it names
    its speaker, int64 (n_cues, 5).
    """
    n = len(start)
    cues = np.empty((n, 5), np.int64)
    ends, best, came = (
        np.empty(n + 1, np.int64),
        np.empty(n + 1, np.int64),
        np.empty(n + 1, np.int64),
    )
    count = 0
    for p in range(len(paragraphs) - 1):
        low, stop = paragraphs[p], paragraphs[p + 1]
        names = p == 0 or speaker[low] != speaker[low - 1]
        while low < stop:
            size, high = characters[low] + 1, low + 1
            while high < stop and not (
                start[high] - end[high - 1] >= PAUSE
                or (size >= ENOUGH and ending[high - 1] == FULL_STOP)
            ):
                size += characters[high] + 1
                high += 1
            reserved = _label_size(speaker[low]) if names else 0
            _shares(low, high, reserved, characters, ending, start, end, ends, best, came)
            before, j = count, high - low
            while j > 0:
                cues[count, 0], cues[count, 1], cues[count, 4] = low + came[j], low + j, 0
                count += 1
                j = came[j]
            cues[before:count] = cues[before:count][::-1].copy()
            cues[before, 4] = names
            names = False
            low = high
    _space(cues[:count], start, end, n_samples)
    return cues[:count].copy()


@njit(cache=True)
def _space(cues, start, end, n_samples):
    """Times that never overlap, each a second long where there is room."""
    earliest = 0
    for c in range(len(cues)):
        first, last = cues[c, 0], cues[c, 1]
        begin = max(start[first] * 1000 // 16000, earliest)
        following = start[cues[c + 1, 0]] if c + 1 < len(cues) else n_samples
        room = max(following * 1000 // 16000, begin + 1)
        heard = end[first:last].max() * 1000 // 16000
        earliest = min(max(heard, begin + SHORTEST_MS), begin + LONGEST_MS, room)
        cues[c, 2], cues[c, 3] = begin, earliest


@njit(cache=True)
def _break_line(text, first, last):
    """Makes two lines of one that is too long, as equal as blanks allow."""
    n = 0
    for k in range(first, last):
        n += (text[k] & 0xC0) != 0x80
    if n <= LINE_CHARACTERS:
        return
    best, at, i = n + 1, -1, 0
    for k in range(first, last):
        if text[k] == 32 and max(i, n - i - 1) < best:
            best, at = max(i, n - i - 1), k
        i += (text[k] & 0xC0) != 0x80
    if at >= 0:
        text[at] = 10


@njit(cache=True)
def srt(out, text, offsets, speaker, cues):
    """SubRip; gives the number of bytes written."""
    at = 0
    for c in range(len(cues)):
        first, last = cues[c, 0], cues[c, 1]
        at = put_number(out, at, c + 1, 1)
        out[at] = 10
        at = put(out, put_clock(out, at + 1, cues[c, 2], 44), ARROW)
        at = put_clock(out, at, cues[c, 3], 44)
        out[at] = 10
        at += 1
        line = at
        if cues[c, 4]:
            at = put_speaker(out, at, speaker[first])
            out[at], out[at + 1] = 58, 32
            at += 2
        at = put_words(out, at, text, offsets, first, last)
        _break_line(out, line, at)
        out[at], out[at + 1] = 10, 10
        at += 2
    return at


@njit(cache=True)
def vtt(out, text, offsets, speaker, cues, spare):
    """WebVTT; `spare` uint8 has room for the longest cue. Gives the number of bytes written."""
    at = put(out, 0, HEAD)
    for c in range(len(cues)):
        first, last = cues[c, 0], cues[c, 1]
        out[at] = 10
        at = put(out, put_clock(out, at + 1, cues[c, 2], 46), ARROW)
        at = put_clock(out, at, cues[c, 3], 46)
        out[at] = 10
        at = put_speaker(out, put(out, at + 1, VOICE), speaker[first])
        out[at] = 62
        size = put_words(spare, 0, text, offsets, first, last)
        _break_line(spare, 0, size)
        at = put_html(out, at + 1, spare, 0, size)
        out[at] = 10
        at += 1
    return at
