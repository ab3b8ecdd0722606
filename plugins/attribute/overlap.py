"""overlap.vectorized: the rules of overlap_baseline by binary search, exact because all times are
integers.
"""

from __future__ import annotations

import numpy as np

from vsat_core.artifacts import SAMPLE_RATE, Transcript, Turns, Words
from vsat_core.plugin import NoParams, Run
from vsat_plugins.attribute import Overlap

BEFORE_ALL = np.iinfo(np.int64).min


def elapsed(times: np.ndarray, marks: np.ndarray) -> np.ndarray:
    """Sum over sorted `marks` of how far each of `times` lies behind them, int64; marks ahead count
    nothing.

    >>> elapsed(np.array([5]), np.array([1, 3, 9]))
    array([6])
    """
    behind = np.searchsorted(marks, times)
    return behind * times - np.concatenate(([0], np.cumsum(marks)))[behind]


def covering(start: np.ndarray, end: np.ndarray, turns: Turns) -> tuple[np.ndarray, np.ndarray]:
    """(speaker int32, samples covered int64) of each word by rule 1; the speaker means nothing
    where 0 are covered.
    """
    best = np.zeros(len(start), np.int64)
    began = np.full(len(start), BEFORE_ALL)
    speaker = np.full(len(start), -1, np.int32)
    for who in np.unique(turns.speaker):
        mine = turns.speaker == who
        starts, ends = turns.start[mine], np.sort(turns.end[mine])
        covered = (
            elapsed(end, starts)
            - elapsed(start, starts)
            - elapsed(end, ends)
            + elapsed(start, ends)
        )
        before = np.searchsorted(starts, end)
        since = np.where(before > 0, starts[before - 1], BEFORE_ALL)
        better = (covered > best) | ((covered == best) & (since > began))
        best[better], began[better], speaker[better] = covered[better], since[better], who
    return speaker, best


def nearest(start: np.ndarray, end: np.ndarray, turns: Turns) -> tuple[np.ndarray, np.ndarray]:
    """(speaker int32, gap in samples int64) of each word by rule 2; right for words that no turn
    covers.
    """
    far = np.iinfo(np.int64).max
    ahead = np.lexsort((turns.speaker, turns.start))
    behind = np.lexsort((-turns.speaker, turns.end))
    following = np.searchsorted(turns.start[ahead], end)
    preceding = np.searchsorted(turns.end[behind], start, "right") - 1
    after, before = np.minimum(following, len(ahead) - 1), np.maximum(preceding, 0)
    gap_after = np.where(following < len(ahead), turns.start[ahead[after]] - end, far)
    gap_before = np.where(preceding >= 0, start - turns.end[behind[before]], far)
    chosen = np.where(gap_before <= gap_after, behind[before], ahead[after])
    return turns.speaker[chosen], np.minimum(gap_before, gap_after)


def filled(speaker: np.ndarray, known: np.ndarray) -> np.ndarray:
    """Rule 3: each unknown speaker replaced by the last known one, before the first known one by
    that.
    """
    if not known.any():
        return speaker
    source = np.maximum.accumulate(np.where(known, np.arange(len(speaker)), int(known.argmax())))
    return speaker[source]


def speakers_of(words: Words, turns: Turns, max_gap: int) -> np.ndarray:
    """The speaker of every word, int32 (n_words,)."""
    if not len(turns.start):
        return np.full(len(words), -1, np.int32)
    start, end = words.start, np.maximum(words.end, words.start + 1)
    speaker, covered = covering(start, end, turns)
    near, gap = nearest(start, end, turns)
    speaker = np.where(covered > 0, speaker, near)
    return filled(speaker, (covered > 0) | (gap <= max_gap)).astype(np.int32)


class Vectorized:
    """A transcript whose words all have a speaker, if there is one."""

    def __init__(self, params: Overlap, tuning: NoParams) -> None:
        self.params = params
        self.tuning = tuning

    def prepare(self) -> None:
        """Nothing to load."""

    def __call__(self, words: Words, turns: Turns, *, run: Run) -> Transcript:
        speaker = speakers_of(words, turns, round(self.params.max_gap_s * SAMPLE_RATE))
        return Transcript.of(words, turns, speaker)
