"""`energy.numba`: the levels by a compiled loop that reads every sample once."""

from __future__ import annotations

import numpy as np

from vsat_plugins._kernels.jit import jit
from vsat_plugins.detect.energy import QUANTUM, SMOOTH, Energy

HALF = SMOOTH // 2
SHIFT = SMOOTH.bit_length() - 1  # a division by SMOOTH, rounded down
STEPS = np.float32(1 / QUANTUM)


@jit
def quantised(samples, first, out):
    """Fill int32 `out` with samples from number `first` on, in multiples of QUANTUM; the
    recording's ends go on.
    """
    inside, after = max(first, 0), min(first + len(out), len(samples))
    values = out[inside - first : after - first]
    piece = samples[inside:after]
    for i in range(len(values)):
        values[i] = np.int32(np.rint(min(max(piece[i], np.float32(-1)), np.float32(1)) * STEPS))
    out[: inside - first] = values[0]
    out[after - first :] = values[-1]


@jit
def running(x, total):
    """Fill int64 `total`, from 0, with the sums of the squares of x less its average over SMOOTH
    values.
    """
    average = np.int64(0)
    for i in range(1, SMOOTH):
        average += x[i]
    total[0] = 0
    for i in range(len(total) - 1):
        average += x[i + SMOOTH]
        rest = x[i + HALF] - (average >> SHIFT)
        total[i + 1] = total[i] + rest * rest
        average -= x[i + 1]


class Numba(Energy):
    """One pass over the samples; the few levels that are left are NumPy's."""

    def prepare(self) -> None:
        """Compile, for samples that may be changed and for those that may not."""
        for writeable in (True, False):
            samples = np.zeros(1, np.float32)
            samples.flags.writeable = writeable
            self.squares(samples, np.zeros(1, np.int64), np.ones(1, np.int64))

    def squares(self, samples: np.ndarray, begin: np.ndarray, end: np.ndarray) -> np.ndarray:
        first, n = int(begin[0]), int(end[-1] - begin[0])
        x, total = np.empty(n + SMOOTH, np.int32), np.empty(n + 1, np.int64)
        quantised(samples, first - HALF, x)
        running(x, total)
        return total[end - first] - total[begin - first]
