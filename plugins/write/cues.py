"""Which words are shown together as one subtitle, and from when to when."""

from __future__ import annotations

import itertools
import math
from bisect import bisect_right
from collections.abc import Iterator

import attrs
import numpy as np

from vsat_core.artifacts import SAMPLE_RATE
from vsat_plugins.write.paragraphs import Script, speaker_name

LINE_CHARACTERS = 42  # of two lines
LONGEST_MS, SHORTEST_MS = 7000, 1000
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
    rows = [
        (first, last, names and not number)
        for low, high, names in _phrases(script)
        for number, (first, last) in enumerate(_shares(script, low, high, names))
    ]
    first, last, names = np.array(rows, np.int64).reshape(-1, 3).T
    begin = script.start[first] * 1000 // SAMPLE_RATE
    spoken = np.maximum.reduceat(script.end, first) * 1000 // SAMPLE_RATE
    following = np.append(begin, n_samples * 1000 // SAMPLE_RATE)[1:]
    start, end = _spaced(begin.tolist(), spoken.tolist(), following.tolist())
    return Cues(first, last, start, end, names > 0)


def _spaced(begins: list[int], ends: list[int], rooms: list[int]) -> tuple[np.ndarray, np.ndarray]:
    times, earliest = [], 0
    for begin, end, room in zip(begins, ends, rooms, strict=True):
        start = max(begin, earliest)
        earliest = min(max(end, start + SHORTEST_MS), start + LONGEST_MS, max(room, start + 1))
        times.append((start, earliest))
    start, end = np.array(times, np.int64).reshape(-1, 2).T
    return start, end


def _phrases(script: Script) -> Iterator[tuple[int, int, bool]]:
    """Paragraphs cut at pauses and at ends of sentences, very short sentences left together: first
    word, word after the last, whether the speaker begins.
    """
    n = len(script.start)
    cut = np.zeros(n + 1, np.int8)  # 2: here; 1: here if there are words enough
    cut[1:n] = np.where(script.start[1:] - script.end[:-1] >= PAUSE, 2, script.ends_sentence[:-1])
    cut[script.paragraphs] = 2
    places, low = script.place.tolist(), 0
    names = np.append(True, np.diff(script.speaker) != 0).tolist()
    for i in np.flatnonzero(cut).tolist():
        if i and (cut[i] == 2 or places[i] - places[low] >= ENOUGH):
            yield low, i, names[low]
            low = i


def _shares(script: Script, low: int, high: int, names: bool) -> list[tuple[int, int]]:
    """Words low..high - 1 as cues that each fit, as equally full as can be, and rather cut after
    commas.

    Least squares of the characters left empty by dynamic programming, as for lines of a paragraph
    in Knuth and Plass 1981; the speaker's name takes its part of the first cue. A word too long for
    a cue has its own.
    """
    reserved = len(label(int(script.speaker[low]))) if names else 0
    ends = (script.place[low : high + 1] - script.place[low] + reserved).tolist()
    start, end = script.start[low:high].tolist(), script.end[low:high].tolist()
    clause = script.ends_clause[low:high].tolist()
    if _fits(ends, 0, high - low, end[-1] - start[0]):
        return [(low, high)]
    best: list[tuple[float, int]] = [(0.0, 0)]
    for j in range(1, high - low + 1):
        options = []
        for i in range(j - 1, -1, -1):
            begin = ends[i] if i else 0
            if i < j - 1 and not _fits(ends, begin, j, end[j - 1] - start[i]):
                break
            empty = 2 * LINE_CHARACTERS - (ends[j] - begin - 1)
            options.append((best[i][0] + empty * empty, i))
        cost, i = min(options, default=(math.inf, j - 1))
        best.append((cost + BROKEN_PHRASE * (not clause[j - 1]), i))
    bounds = [high - low]
    while bounds[-1]:
        bounds.append(best[bounds[-1]][1])
    return [(low + i, low + j) for i, j in itertools.pairwise(reversed(bounds))]


def _fits(ends: list[int], begin: int, j: int, samples: int) -> bool:
    """Whether the text from character `begin` to word j goes into two lines, and is short
    enough.
    """
    second = ends[bisect_right(ends, begin + LINE_CHARACTERS + 1) - 1]
    return (
        ends[j] - 1 - max(second, begin) <= LINE_CHARACTERS
        and samples * 1000 <= LONGEST_MS * SAMPLE_RATE
    )


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
