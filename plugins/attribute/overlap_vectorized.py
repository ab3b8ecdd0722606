"""overlap.vectorized: the rules of `overlap` by binary search, exact because all times are
integers.
"""

import numpy as np

from vsat_core.artifacts import Turns
from vsat_plugins.attribute.overlap import Overlap, filled, nearest

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
    for candidate in np.unique(turns.speaker):
        own = turns.speaker == candidate
        starts, ends = turns.start[own], np.sort(turns.end[own])
        covered = (
            elapsed(end, starts)
            - elapsed(start, starts)
            - elapsed(end, ends)
            + elapsed(start, ends)
        )
        before = np.searchsorted(starts, end)
        since = np.where(before > 0, starts[before - 1], BEFORE_ALL)
        better = (covered > best) | ((covered == best) & (since > began))
        best[better], began[better] = covered[better], since[better]
        speaker[better] = candidate
    return speaker, best


class Vectorized(Overlap):
    """All words at once, speaker by speaker."""

    def assigned(
        self, start: np.ndarray, end: np.ndarray, turns: Turns, max_gap: int
    ) -> np.ndarray:
        """The speaker of every word."""
        speaker, covered = covering(start, end, turns)
        near, gap = nearest(start, end, turns)
        speaker = np.where(covered > 0, speaker, near)
        return filled(speaker, (covered > 0) | (gap <= max_gap))
