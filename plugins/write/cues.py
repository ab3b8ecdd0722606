"""Which words are shown together as one subtitle, and from when to when."""

from __future__ import annotations

import math
from bisect import bisect_right
from collections.abc import Iterator

import attrs
import numpy as np

from vsat_core.artifacts import SAMPLE_RATE
from vsat_plugins.write.paragraphs import Script, speaker_name

LINE_CHARACTERS = 42  # of two lines
LONGEST_MS, SHORTEST_MS = 7000, 1000
LONGEST = LONGEST_MS * SAMPLE_RATE // 1000  # samples
PAUSE = int(0.6 * SAMPLE_RATE)  # a silence that ends a cue
ENOUGH = 20  # characters that words must have for the end of a sentence to end a cue
# what it costs to cut where there is no comma, in squared characters left empty
BROKEN_PHRASE = 400


@attrs.frozen
class Cues:
    """Cue i shows words first[i]..last[i] - 1 from start[i] to end[i] milliseconds; `names` says
    whether its speaker begins there. All int64, `names` bool.
    """

    first: np.ndarray
    last: np.ndarray
    start: np.ndarray
    end: np.ndarray
    names: np.ndarray


def cues_of(script: Script, n_samples: int) -> Cues:
    """Cues that never overlap: each ends before the next begins, and stays for a second where there
    is room.
    """
    begins = np.append(True, np.diff(script.speaker) != 0)
    rows: list[tuple[int, bool]] = []
    for low, high in _phrases(script):
        reserved = len(label(int(script.speaker[low]))) if begins[low] else 0
        rows += [
            (first, first == low and begins[low]) for first in _shares(script, low, high, reserved)
        ]
    first, names = np.array(rows, np.int64).reshape(-1, 2).T
    begin = script.start[first] * 1000 // SAMPLE_RATE
    spoken = np.maximum.reduceat(script.end, first) * 1000 // SAMPLE_RATE
    following = np.append(begin, n_samples * 1000 // SAMPLE_RATE)[1:]
    start, end = _spaced(begin, spoken, following)
    return Cues(first, np.append(first, len(script.start))[1:], start, end, names > 0)


def _spaced(
    begin: np.ndarray, end: np.ndarray, following: np.ndarray
) -> tuple[np.ndarray, np.ndarray]:
    times, earliest = [], 0
    for at, spoken, room in zip(begin.tolist(), end.tolist(), following.tolist(), strict=True):
        start = max(at, earliest)
        earliest = min(max(spoken, start + SHORTEST_MS), start + LONGEST_MS, max(room, start + 1))
        times.append((start, earliest))
    first, last = np.array(times, np.int64).reshape(-1, 2).T
    return first, last


def _phrases(script: Script) -> Iterator[tuple[int, int]]:
    """First word, and word after the last, of paragraphs cut at pauses and at ends of sentences,
    very short sentences left together.
    """
    n = len(script.start)
    cut = np.zeros(n + 1, np.int8)  # 2: here; 1: here if there are words enough
    cut[1:n] = np.where(script.start[1:] - script.end[:-1] >= PAUSE, 2, script.ends_sentence[:-1])
    cut[script.paragraphs] = 2
    places, low = script.place.tolist(), 0
    for i in np.flatnonzero(cut).tolist():
        if i and (cut[i] == 2 or places[i] - places[low] >= ENOUGH):
            yield low, i
            low = i


def _shares(script: Script, low: int, high: int, reserved: int) -> list[int]:
    """The first words of cues that hold words low..high - 1, each with at most what fits, as
    equally full as can be, and rather cut after commas.

    Least squares of the characters left empty by dynamic programming, as for lines of a paragraph
    in Knuth and Plass 1981; `reserved` characters of the first cue are taken by the speaker's name.
    A word too long for a cue has its own.
    """
    ends = (script.place[low : high + 1] - script.place[low] + reserved).tolist()
    start, end = script.start[low:high].tolist(), script.end[low:high].tolist()
    broken = (BROKEN_PHRASE * ~script.ends_clause[low:high]).tolist()
    n = high - low
    if _reach(ends, 0) >= n and end[-1] - start[0] <= LONGEST:
        return [low]
    best, came = [0.0] + [math.inf] * n, [0] * (n + 1)
    for i in range(n):
        begin = ends[i] if i else 0
        for j in range(i + 1, max(_reach(ends, begin), i + 1) + 1):
            if j > i + 1 and end[j - 1] - start[i] > LONGEST:
                break
            empty = 2 * LINE_CHARACTERS - (ends[j] - begin - 1)
            cost = best[i] + empty * empty + broken[j - 1]
            if cost < best[j]:
                best[j], came[j] = cost, i
    firsts = [came[n]]
    while firsts[-1]:
        firsts.append(came[firsts[-1]])
    return [low + i for i in reversed(firsts)]


def _reach(ends: list[int], begin: int) -> int:
    """How many words of the phrase end in the two lines that start with character `begin`."""
    for _ in range(2):
        begin = max(ends[bisect_right(ends, begin + LINE_CHARACTERS + 1) - 1], begin)
    return bisect_right(ends, begin) - 1


def label(speaker: int) -> str:
    """How a cue names its speaker."""
    return f"{speaker_name(speaker)}: "


def broken_line(text: str) -> str:
    """One line if it fits, else two as equal as words allow."""
    if len(text) <= LINE_CHARACTERS or " " not in text:
        return text
    middle = (len(text) + 1) // 2
    before, after = text.rfind(" ", 0, middle), text.find(" ", middle)
    at = after if before < 0 or 0 <= after < len(text) - before - 1 else before
    return f"{text[:at]}\n{text[at + 1 :]}"
