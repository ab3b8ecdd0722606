"""Which words are shown together as one subtitle, and from when to when."""

from __future__ import annotations

import itertools
from collections.abc import Sequence

import attrs
import numpy as np

from vsat_core.artifacts import SAMPLE_RATE
from vsat_plugins.write.paragraphs import Script, speaker_name

LONGEST_MS, SHORTEST_MS = 7000, 1000
LONGEST = LONGEST_MS * SAMPLE_RATE // 1000  # samples
PAUSE = int(0.6 * SAMPLE_RATE)  # a silence that ends a cue
ENOUGH = 20  # cells that words must have for the end of a sentence to end a cue
# what it costs, in squared cells left empty:
BROKEN_PHRASE = 400  # to cut where there is no comma
HASTY = 400  # to show a cell that there is no time to read
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
    order = np.argsort(script.start[first], kind="stable")  # where several speak at once
    first, last = first[order], last[order]
    begin = script.start[first] * 1000 // SAMPLE_RATE
    spoken = np.maximum.reduceat(script.end, first) * 1000 // SAMPLE_RATE
    reading = script.cells(first, last) * script.reading[first] * 1000 / SAMPLE_RATE
    wanted = np.maximum(np.rint(reading).astype(np.int64), SHORTEST_MS)
    following = np.append(begin, n_samples * 1000 // SAMPLE_RATE)[1:]
    times, earliest = [], 0
    for row in np.stack([begin, spoken, wanted, following], 1).tolist():
        start = max(row[0], earliest)
        earliest = min(max(row[1], start + row[2]), start + LONGEST_MS, max(row[3], start + 1))
        times.append((start, earliest))
    start, end = np.array(times, np.int64).reshape(-1, 2).T
    return Cues(first, last, start, end, _names(script, first))


def _names(script: Script, first: np.ndarray) -> np.ndarray:
    """Which cues, by their first words, show who speaks; bool."""
    speaker, names = script.speaker[first], script.begins_speaker[first]
    names[1:] |= speaker[1:] != speaker[:-1]
    return names


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
    first, last = np.array(cuts[:-1], np.int64), np.array(cuts[1:], np.int64)
    reading = script.cells(first, last) * script.reading[first]
    joins = (np.diff(cuts) == 1) | (reading > np.diff(script.following[cuts]))
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

    Least squares of the cells left empty by dynamic programming, as for lines of a paragraph
    in Knuth and Plass 1981. The speaker's name takes its part of the first cue. A word too long for
    a cue has its own.
    """
    reserved = (
        len(label(int(script.speaker[low]), script.names)) if script.begins_speaker[low] else 0
    )
    line, reading = int(script.line[low]), float(script.reading[low])
    ends = script.place[low : high + 1] - script.place[low] + reserved
    begins = np.append(0, ends[1:-1])
    stops = np.append(0, script.cell_stop[low:high] - script.place[low] + reserved)
    start, end = script.following[low : high + 1], np.maximum.accumulate(script.end[low:high])
    reach = begins
    for _ in range(2):  # lines
        last = np.searchsorted(stops, reach + line, "right") - 1
        reach = np.maximum(ends[last], reach)
    if ends[-1] <= reach[0] and end[-1] - start[0] <= LONGEST:
        return [low]
    # of cues from word i (rows) to before word i + 1, i + 2, ... (columns), as far as words fit
    words = np.arange(high - low)[:, None]
    most = int((np.searchsorted(ends[1:], reach, "right") - words[:, 0]).max())
    until = words + np.arange(max(most, 1))
    inside = until < high - low
    until = np.minimum(until, high - low - 1)
    lone = until == words
    upto, last = ends[until + 1], stops[until + 1]
    fits = (upto <= reach[:, None]) & (end[until] - start[:-1, None] <= LONGEST) | lone
    empty = 2 * line - (last - begins[:, None])
    time = (start[until + 1] - start[:-1, None]) / reading
    hasty = np.maximum(last - ends[:-1, None] - time, 0)
    broken = ~(script.ends_clause[low:high] | script.ends_sentence[low:high])[until]
    cost = empty**2 + HASTY * hasty + BROKEN_PHRASE * broken + LONE * lone
    return [low + i for i in _cheapest(np.where(fits & inside, cost, np.inf))]


def _cheapest(cost: np.ndarray) -> list[int]:
    """The first places of the cheapest sequence of spans that cover all n places; `cost` float64
    (n, m) is that of the spans of 1 to m places from each.
    """
    n, most = cost.shape
    best, came = np.zeros(n + 1), np.zeros(n + 1, np.int64)
    for j in range(1, n + 1):
        begins = np.arange(max(0, j - most), j)
        total = best[begins] + cost[begins, j - 1 - begins]
        came[j] = begins[total.argmin()]
        best[j] = total.min()
    first = [int(came[n])]
    while first[-1]:
        first.append(int(came[first[-1]]))
    return first[::-1]


def label(speaker: int, names: Sequence[str] = ()) -> str:
    """How a cue names its speaker."""
    return f"{speaker_name(speaker, names)}: "
