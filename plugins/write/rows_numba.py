"""txt, stm, ctm, rttm and the long lists of json as bytes, compiled by numba.

Every function takes room to write in and gives the number of bytes written. Times are int64 samples
from 0.
"""

from __future__ import annotations

import numpy as np
from numba import njit

from vsat_plugins.write.text_numba import (
    literal,
    put,
    put_float,
    put_json,
    put_number,
    put_part,
    put_seconds,
    put_speaker,
    put_speaker_id,
    rounded_ms,
)

WORD, START = literal('{"word":'), literal(',"start":')
START_FIRST, END, BY = literal('{"start":'), literal(',"end":'), literal(',"speaker":"')
RTTM, CHANNEL, NOT_HERE = literal("SPEAKER "), literal(" 1 "), literal(" <NA> <NA> ")
MINUTE = 60


@njit(cache=True)
def put_words(out, at, text, offsets, first, last):
    """Words first..last - 1 with blanks between."""
    for i in range(first, last):
        if i > first:
            out[at] = 32
            at += 1
        at = put_part(out, at, text, offsets[i], offsets[i + 1])
    return at


@njit(cache=True)
def txt(out, text, offsets, start, speaker, paragraphs):
    """Lines of txt; `paragraphs` int64 (n + 1,) are their first words, and the number of words."""
    at = 0
    for p in range(len(paragraphs) - 1):
        i = paragraphs[p]
        seconds = start[i] // 16000
        out[at] = 91
        at = put_number(out, at + 1, seconds // 3600, 1)
        out[at] = 58
        at = put_number(out, at + 1, seconds // MINUTE % MINUTE, 2)
        out[at] = 58
        at = put_number(out, at + 1, seconds % MINUTE, 2)
        out[at], out[at + 1] = 93, 32
        at = put_speaker(out, at + 2, speaker[i])
        out[at], out[at + 1] = 58, 32
        at = put_words(out, at + 2, text, offsets, i, paragraphs[p + 1])
        out[at] = 10
        at += 1
    return at


@njit(cache=True)
def stm(out, name, text, offsets, start, end, speaker, paragraphs):
    """Rows of stm."""
    at = 0
    for p in range(len(paragraphs) - 1):
        i, stop = paragraphs[p], paragraphs[p + 1]
        at = put_speaker_id(out, put(out, put(out, at, name), CHANNEL), speaker[i])
        out[at] = 32
        at = put_seconds(out, at + 1, start[i] // 16)
        out[at] = 32
        at = put_seconds(out, at + 1, end[i:stop].max() // 16)
        out[at] = 32
        at = put_words(out, at + 1, text, offsets, i, stop)
        out[at] = 10
        at += 1
    return at


@njit(cache=True)
def _put_times(out, at, start, end):
    at = put_seconds(out, at, start // 16)
    out[at] = 32
    return put_seconds(out, at + 1, end // 16 - start // 16)


@njit(cache=True)
def ctm(out, name, text, first, last, start, end):
    """Rows of ctm; text[first[i]:last[i]] is what was spoken of word i, with no row if that is
    nothing.
    """
    at = 0
    for i in range(len(start)):
        if last[i] > first[i]:
            at = _put_times(out, put(out, put(out, at, name), CHANNEL), start[i], end[i])
            out[at] = 32
            at = put_part(out, at + 1, text, first[i], last[i])
            out[at] = 10
            at += 1
    return at


@njit(cache=True)
def rttm(out, name, start, end, speaker):
    """Rows of rttm, one for each turn."""
    at = 0
    for i in range(len(start)):
        at = put(out, put(out, put(out, at, RTTM), name), CHANNEL)
        at = put(out, _put_times(out, at, start[i], end[i]), NOT_HERE)
        at = put_speaker_id(out, at, speaker[i])
        at = put_part(out, at, NOT_HERE, 0, len(NOT_HERE) - 1)
        out[at] = 10
        at += 1
    return at


@njit(cache=True)
def _put_spoken(out, at, start, end, speaker):
    """What follows "start": of a word or turn."""
    at = put(out, put_float(out, at, rounded_ms(start)), END)
    at = put_speaker(out, put(out, put_float(out, at, rounded_ms(end)), BY), speaker)
    out[at], out[at + 1] = 34, 125
    return at + 2


@njit(cache=True)
def _row(out, at):
    """A new row of a list."""
    if at:
        out[at] = 44
        at += 1
    out[at] = 10
    return at + 1


@njit(cache=True)
def json_turns(out, start, end, speaker):
    """The turns of json, without their brackets."""
    at = 0
    for i in range(len(start)):
        at = _put_spoken(out, put(out, _row(out, at), START_FIRST), start[i], end[i], speaker[i])
    return at


@njit(cache=True)
def json_words(out, text, offsets, start, end, speaker):
    """The words of json, without their brackets."""
    at = 0
    for i in range(len(start)):
        at = put_json(out, put(out, _row(out, at), WORD), text, offsets[i], offsets[i + 1])
        at = _put_spoken(out, put(out, at, START), start[i], end[i], speaker[i])
    return at


@njit(cache=True)
def json_index(out, text, offsets, places, postings):
    """The postings of json, without their brackets."""
    at = 0
    for t in range(len(places) - 1):
        at = put_json(out, _row(out, at), text, offsets[t], offsets[t + 1])
        out[at], out[at + 1] = 58, 91
        at += 2
        for k in range(places[t], places[t + 1]):
            if k > places[t]:
                out[at] = 44
                at += 1
            at = put_number(out, at, postings[k], 1)
        out[at] = 93
        at += 1
    return at


@njit(cache=True)
def _is_minus(text, at, stop):
    """Whether a negative number or amount in ASCII begins here."""
    return text[at] == 45 and at + 1 < stop and (text[at + 1] == 36 or 48 <= text[at + 1] <= 57)


@njit(cache=True)
def edges(text, offsets, spoken, alphanumeric):
    """Of each word from where to where it is spoken, int64, by the rules of spoken.py; `spoken` and
    `alphanumeric`, bool (128,), are of ASCII. Also the numbers of words that only spoken.py can
    judge, int64: with other characters at the edges, or of signs alone.
    """
    n = len(offsets) - 1
    first, last, others = offsets[:-1].copy(), offsets[1:].copy(), np.empty(n, np.int64)
    count = 0
    for i in range(n):
        a, b = first[i], last[i]
        while a < b and text[a] < 128 and not spoken[text[a]] and not _is_minus(text, a, b):
            if text[a] == 45 and a + 1 < b and text[a + 1] >= 128:
                break
            a += 1
        while a < b and text[b - 1] < 128 and not spoken[text[b - 1]]:
            b -= 1
        plain = False
        for k in range(a, b):
            plain |= text[k] < 128 and alphanumeric[text[k]]
        odd = a < b and (
            text[a] >= 128 or text[b - 1] >= 128 or (text[a] == 45 and text[a + 1] >= 128)
        )
        if odd or (a < b and not plain):
            others[count] = i
            count += 1
        else:
            first[i], last[i] = a, b
    return first, last, others[:count].copy()
