"""Voice prints by statistics as compiled loops, a block of windows on each thread."""

from __future__ import annotations

import math

import numba
import numpy as np

from vsat_core.artifacts import Embeddings, Features, Speech
from vsat_core.contract.threads import thread_count
from vsat_core.plugin import Run, Threads
from vsat_plugins.embed import StatsParams
from vsat_plugins.embed.stats import cosine_basis, log_mel
from vsat_plugins.embed.stats_blocks import prints_by


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


class Numba:
    """Cepstra by a matrix product, sums in registers."""

    def __init__(self, params: StatsParams, tuning: Threads) -> None:
        self.params, self.tuning = params, tuning

    def prepare(self) -> None:
        """Compile, or load what was compiled before."""
        moments(np.zeros((1, 2)), np.zeros(1, np.int64), np.ones(1, np.int64))

    def __call__(self, features: Features, speech: Speech, *, run: Run) -> Embeddings:
        """One vector a window; it stands in one row for every segment the window has a piece of."""
        basis = cosine_basis(features.frames.shape[1], self.params.cepstra)

        def statistics(frames: np.ndarray, which: np.ndarray, counts: np.ndarray) -> np.ndarray:
            return moments(log_mel(frames) @ basis, which, counts)

        return prints_by(
            statistics, features, speech, self.params, run, thread_count(self.tuning.threads)
        )
