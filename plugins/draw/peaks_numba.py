"""`peaks.numba`: lowest and highest sample in one pass over the sound, compiled."""

import numpy as np

from vsat_plugins._kernels.jit import jit
from vsat_plugins._kernels.parallel import OnThreads
from vsat_plugins._kernels.simd import WIDTH, larger, load, smaller, store
from vsat_plugins.draw.peaks import Peaks


@jit
def fill(values, other, width, low, high):
    """Of every `width` numbers the lowest of `values` and the highest of `other`."""
    lows, highs = np.empty(WIDTH, np.float32), np.empty(WIDTH, np.float32)
    for i in range(len(low)):
        at, end = i * width, min((i + 1) * width, len(values))
        lowest, highest = values[at], other[at]
        if at + WIDTH <= end:
            a, b = load(values, at), load(other, at)
            for k in range(at + WIDTH, end - WIDTH + 1, WIDTH):
                a, b = smaller(a, load(values, k)), larger(b, load(other, k))
            last = end - WIDTH  # some of them again where eight do not divide the stretch
            store(lows, 0, smaller(a, load(values, last)))
            store(highs, 0, larger(b, load(other, last)))
            lowest, highest = lows.min(), highs.max()
        else:
            for k in range(at + 1, end):
                lowest, highest = min(lowest, values[k]), max(highest, other[k])
        low[i], high[i] = lowest, highest


class Numba(OnThreads, Peaks):
    """Blocks on several threads, each read once."""

    def prepare(self) -> None:
        """Compile, or load what was compiled before: for samples, which are read-only, and for
        points.
        """
        for writeable in (True, False):
            samples = np.zeros(2 * WIDTH, np.float32)
            samples.flags.writeable = writeable
            self.extremes(samples, samples, WIDTH)

    def extremes(
        self, values: np.ndarray, other: np.ndarray, width: int
    ) -> tuple[np.ndarray, np.ndarray]:
        low, high = np.empty((2, -(-len(values) // width)), np.float32)
        fill(values, other, width, low, high)
        return low, high
