"""`peaks`: the lowest and highest sample of every `hop` samples, then of every two such points, up
to one point.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from vsat_core.artifacts import Audio, Waveform
from vsat_core.contract.protocols import Run

BLOCK_POINTS = 4096
BLOCK_SAMPLES = 1 << 20


def level_offsets(n_samples: int, hop: int) -> np.ndarray:
    """Where each level begins, int64 (n_levels + 1,): no level without samples, else down to a
    level of one point.

    >>> level_offsets(1000, 256)
    array([0, 4, 6, 7])
    """
    offsets, points = [0], -(-n_samples // hop)
    while points:
        offsets.append(offsets[-1] + points)
        points = -(-points // 2) if points > 1 else 0
    return np.array(offsets, np.int64)


def waveform(
    low: np.ndarray, high: np.ndarray, offsets: np.ndarray, hop: int, n_samples: int
) -> Waveform:
    """The artifact of a filled pyramid."""
    # adding 0 turns -0.0 into 0.0: which of the two a minimum gives is otherwise a matter of order
    np.add(low, np.float32(0), out=low)
    np.add(high, np.float32(0), out=high)
    return Waveform(low, high, offsets, hop, n_samples)


class Baseline:
    """Each point by itself."""

    def __init__(self, params: Any, tuning: Any) -> None:
        self.params, self.tuning = params, tuning

    def prepare(self) -> None:
        """Nothing to load."""

    def __call__(self, audio: Audio, *, run: Run) -> Waveform:
        """The pyramid: of k points a level, the next has half of k, rounded up; the last stretch
        may be short.
        """
        samples, hop = audio.samples, self.params.hop
        offsets = level_offsets(len(samples), hop)
        low = run.array((int(offsets[-1]),), "float32")
        high = run.array((int(offsets[-1]),), "float32")
        for i, begin in enumerate(range(0, len(samples), hop)):
            stretch = samples[begin : begin + hop]
            low[i], high[i] = stretch.min(), stretch.max()
            if i % BLOCK_POINTS == 0:
                run.progress(begin)
        for below, here, end in zip(offsets, offsets[1:], offsets[2:], strict=False):
            for i in range(here, end):
                first = below + 2 * (i - here)
                last = min(first + 2, here)
                low[i], high[i] = low[first:last].min(), high[first:last].max()
        return waveform(low, high, offsets, hop, len(samples))


class Vectorized:
    """Many points at once, block by block."""

    def __init__(self, params: Any, tuning: Any) -> None:
        self.params, self.tuning = params, tuning

    def prepare(self) -> None:
        """Nothing to load."""

    def __call__(self, audio: Audio, *, run: Run) -> Waveform:
        """The same pyramid as the baseline's."""
        samples, hop = audio.samples, self.params.hop
        offsets = level_offsets(len(samples), hop)
        low = run.array((int(offsets[-1]),), "float32")
        high = run.array((int(offsets[-1]),), "float32")
        block = max(1, BLOCK_SAMPLES // hop) * hop
        for begin in range(0, len(samples), block):
            part = samples[begin : begin + block]
            starts = np.arange(0, len(part), hop)
            points = slice(begin // hop, begin // hop + len(starts))
            low[points] = np.minimum.reduceat(part, starts)
            high[points] = np.maximum.reduceat(part, starts)
            run.progress(begin + len(part))
        for below, here, end in zip(offsets, offsets[1:], offsets[2:], strict=False):
            starts = np.arange(0, here - below, 2)
            low[here:end] = np.minimum.reduceat(low[below:here], starts)
            high[here:end] = np.maximum.reduceat(high[below:here], starts)
        return waveform(low, high, offsets, hop, len(samples))
