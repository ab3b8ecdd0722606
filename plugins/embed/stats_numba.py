"""stats.numba: compiled loops, a block of windows on each thread."""

from __future__ import annotations

import math

import numba
import numpy as np

from vsat_core.contract.threads import thread_count
from vsat_core.plugin import Threads
from vsat_plugins.embed.levels import log_mel
from vsat_plugins.embed.stats_blocks import Blocks


@numba.njit(nogil=True, cache=True)
def moments(cepstra: np.ndarray, which: np.ndarray, counts: np.ndarray) -> np.ndarray:
    """Means of columns 1, 2, ... and deviations of all over the rows `which` of each window.

    float64 (n, c), int64 (counts.sum(),), int64 (windows,) to float64 (windows, 2 * c - 1).
    """
    n_columns = cepstra.shape[1]
    values = np.zeros((len(counts), 2 * n_columns - 1))
    mean = np.zeros(n_columns)
    first = 0
    for w in range(len(counts)):
        last = first + counts[w]
        for c in range(n_columns):
            mean[c] = 0.0
        for i in range(first, last):
            for c in range(n_columns):
                mean[c] += cepstra[which[i], c]
        for c in range(n_columns):
            mean[c] /= counts[w]
        for i in range(first, last):
            for c in range(n_columns):
                values[w, n_columns - 1 + c] += (cepstra[which[i], c] - mean[c]) ** 2
        for c in range(n_columns):
            values[w, n_columns - 1 + c] = math.sqrt(values[w, n_columns - 1 + c] / counts[w])
            if c:
                values[w, c - 1] = mean[c]
        first = last
    return values


class Numba(Blocks):
    """Cepstra by a matrix product, sums in registers."""

    tuning: Threads

    def prepare(self) -> None:
        """Compile, or load what was compiled before."""
        moments(np.zeros((1, 2)), np.zeros(1, np.int64), np.ones(1, np.int64))

    def threads(self) -> int:
        """Number of blocks computed at once."""
        return thread_count(self.tuning.threads)

    def statistics(
        self, frames: np.ndarray, which: np.ndarray, counts: np.ndarray, basis: np.ndarray
    ) -> np.ndarray:
        """Means and deviations."""
        return moments(log_mel(frames) @ basis, which, counts)
