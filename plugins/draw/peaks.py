"""`peaks`: the lowest and highest sample of every `hop` samples, then of every two such points, up
to one point.
"""

from abc import abstractmethod

import numpy as np

from vsat_core.artifacts import Audio, Waveform
from vsat_core.contract.threads import map_threads
from vsat_core.plugin import Draw, Run
from vsat_plugins.draw import PeaksParams

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


class Peaks(Draw):
    """The pyramid: of k points a level, the next has half of k, rounded up; the last stretch may be
    short.
    """

    params: PeaksParams

    @abstractmethod
    def extremes(
        self, values: np.ndarray, other: np.ndarray, width: int
    ) -> tuple[np.ndarray, np.ndarray]:
        """Of every `width` numbers the lowest of `values` and the highest of `other`."""

    def threads(self) -> int:
        """How many blocks are computed at a time."""
        return 1

    def __call__(self, audio: Audio, *, run: Run) -> Waveform:
        samples, hop = audio.samples, self.params.hop
        offsets = level_offsets(len(samples), hop)
        low, high = (run.array((int(offsets[-1]),), "float32") for _ in range(2))
        block = max(1, BLOCK_SAMPLES // hop) * hop

        def finest(begin: int) -> int:
            part = samples[begin : begin + block]
            points = slice(begin // hop, begin // hop + -(-len(part) // hop))
            low[points], high[points] = self.extremes(part, part, hop)
            return begin + len(part)

        for end in map_threads(finest, range(0, len(samples), block), self.threads()):
            run.progress(end)
        for below, here, end in zip(offsets, offsets[1:], offsets[2:], strict=False):
            low[here:end], high[here:end] = self.extremes(low[below:here], high[below:here], 2)
        for points in (low, high):
            # -0.0 becomes 0.0: which of the two a minimum gives depends on the order
            np.add(points, np.float32(0), out=points)
        return Waveform(low, high, offsets, hop, len(samples))
