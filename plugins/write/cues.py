"""Which words are shown together as one subtitle, and from when to when."""

from __future__ import annotations

import itertools
import math
from bisect import bisect_right
from collections.abc import Callable, Iterable, Iterator

import attrs
import numpy as np

from vsat_core.artifacts import SAMPLE_RATE
from vsat_plugins.write.paragraphs import Script, speaker_name

LINE_CHARACTERS = 42  # of two lines
LONGEST_MS, SHORTEST_MS = 7000, 1000
LONGEST = LONGEST_MS * SAMPLE_RATE // 1000  # samples
READING_MS = 50  # what a character takes to read: 20 a second
READING = READING_MS * SAMPLE_RATE // 1000  # samples
PAUSE = int(0.6 * SAMPLE_RATE)  # a silence that ends a cue
ENOUGH = 20  # characters that words must have for the end of a sentence to end a cue
# what it costs, in squared characters left empty:
BROKEN_PHRASE = 400  # to cut where there is no comma
HASTY = 400  # to show a character that there is no time to read
LONE = 5000  # to show one word alone


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
    """Cues that never overlap: each ends before the next begins, and stays as long as it takes to
    read, at least for a second, where there is room.
    """
    first = np.array(
        [first for low, high in _phrases(script) for first in _shares(script, low, high)], np.int64
    )
    last = np.append(first, len(script.start))[1:]
    begin = script.start[first] * 1000 // SAMPLE_RATE
    spoken = np.maximum.reduceat(script.end, first) * 1000 // SAMPLE_RATE
    wanted = np.maximum((script.place[last] - script.place[first] - 1) * READING_MS, SHORTEST_MS)
    following = np.append(begin, n_samples * 1000 // SAMPLE_RATE)[1:]
    times, earliest = [], 0
    for row in np.stack([begin, spoken, wanted, following], 1).tolist():
        start = max(row[0], earliest)
        earliest = min(max(row[1], start + row[2]), start + LONGEST_MS, max(row[3], start + 1))
        times.append((start, earliest))
    start, end = np.array(times, np.int64).reshape(-1, 2).T
    return Cues(first, last, start, end, script.begins_speaker[first])


def _phrases(script: Script) -> list[tuple[int, int]]:
    """First word, and word after the last, of paragraphs cut at pauses and at ends of sentences,
    very short sentences left together.
    """
    n = len(script.start)
    cut = np.zeros(n + 1, np.int8)  # 2: here; 1: here if there are words enough
    cut[1:n] = np.where(script.start[1:] - script.end[:-1] >= PAUSE, 2, script.ends_sentence[:-1])
    cut[script.paragraphs] = 2
    places, cuts = script.place.tolist(), [0]
    for i in np.flatnonzero(cut).tolist():
        if i and (cut[i] == 2 or places[i] - places[cuts[-1]] >= ENOUGH):
            cuts.append(i)
    return list(itertools.pairwise(_joined(script, cuts)))


def _joined(script: Script, cuts: list[int]) -> list[int]:
    """The cuts without one side of each phrase that is a single word or too fast to read: rather
    the side that ends no sentence, then that with the shorter pause. Paragraphs stay apart.
    """
    fixed, kept = set(script.paragraphs.tolist()), set(cuts)
    time, size = np.diff(script.following[cuts]), np.diff(script.place[cuts]) - 1
    joins = (np.diff(cuts) == 1) | (size * READING > time)
    for (low, high), join in zip(itertools.pairwise(cuts), joins.tolist(), strict=True):
        if join:
            sides = [
                (script.ends_sentence[i - 1], script.start[i] - script.end[i - 1], i)
                for i in (low, high)
                if i not in fixed
            ]
            kept -= {min(sides)[2]} if sides else set()
    return sorted(kept)


def _shares(script: Script, low: int, high: int) -> list[int]:
    """The first words of cues that hold words low..high - 1, each with at most what fits, as
    equally full as can be, rather cut after commas, and with time to read them.

    Least squares of the characters left empty by dynamic programming, as for lines of a paragraph
    in Knuth and Plass 1981. The speaker's name takes its part of the first cue. A word too long for
    a cue has its own.
    """
    reserved = len(label(int(script.speaker[low]))) if script.begins_speaker[low] else 0
    ends = (script.place[low : high + 1] - script.place[low] + reserved).tolist()
    start, end = script.following[low : high + 1].tolist(), script.end[low:high].tolist()
    good = script.ends_clause[low:high] | script.ends_sentence[low:high]
    broken = (BROKEN_PHRASE * ~good).tolist()

    def cues_from(i: int) -> Iterator[tuple[int, float]]:
        begin = ends[i] if i else 0
        for j in range(i + 1, max(_reach(ends, begin), i + 1) + 1):
            if j > i + 1 and end[j - 1] - start[i] > LONGEST:
                return
            empty = 2 * LINE_CHARACTERS - (ends[j] - begin - 1)
            hasty = max(0, ends[j] - ends[i] - 1 - (start[j] - start[i]) / READING)
            yield j, empty * empty + HASTY * hasty + broken[j - 1] + LONE * (j == i + 1)

    if _reach(ends, 0) >= high - low and end[-1] - start[0] <= LONGEST:
        return [low]
    return [low + i for i in _cheapest(high - low, cues_from)]


def _cheapest(n: int, steps: Callable[[int], Iterable[tuple[int, float]]]) -> list[int]:
    """The places passed on the cheapest way from 0 to n, given the steps (to, cost) from each."""
    best, came = [0.0] + [math.inf] * n, [0] * (n + 1)
    for i in range(n):
        for j, cost in steps(i):
            if best[i] + cost < best[j]:
                best[j], came[j] = best[i] + cost, i
    passed = [came[n]]
    while passed[-1]:
        passed.append(came[passed[-1]])
    return passed[::-1]


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
