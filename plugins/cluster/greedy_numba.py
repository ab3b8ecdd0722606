"""greedy.numba: one compiled pass over the sums of the groups."""

from __future__ import annotations

import numpy as np
from numba import njit

from vsat_core.plugin import Run
from vsat_plugins.cluster.greedy import LOOK, Greedy, doubled
from vsat_plugins.cluster.units import Units


class Numba(Greedy):
    """Holds a sum for each group, in room that is doubled when it is full."""

    def prepare(self) -> None:
        """Compile for the types in use."""
        extend(np.eye(2), np.zeros((1, 2)), np.ones(1), np.zeros(2, np.int64), 0, 2, 0, 0.5)

    def one_pass(self, units: Units, least: float, run: Run) -> np.ndarray:
        """A group for each embedding."""
        n, dim = units.vectors.shape
        labels, sums, lengths = np.zeros(n, np.int64), np.zeros((16, dim)), np.ones(16)
        done = n_groups = 0
        while done < n:
            run.progress(int(units.center[done]))
            if n_groups == len(sums):
                sums, lengths = doubled(sums, lengths)
            end = min(done + LOOK, n)
            done, n_groups = extend(
                units.vectors, sums, lengths, labels, done, end, n_groups, least
            )
        return labels


@njit(cache=True, nogil=True, error_model="numpy", fastmath={"reassoc", "contract"})
def extend(vectors, sums, lengths, labels, begin, end, n_groups, least):
    """Label embeddings from `begin` to `end`, or fewer when `sums` is full; how far that came, and
    the number of groups.
    """
    dim = vectors.shape[1]
    for i in range(begin, end):
        best, value = 0, -np.inf
        for k in range(n_groups):
            total = 0.0
            for c in range(dim):
                total += sums[k, c] * vectors[i, c]
            if total / lengths[k] > value:
                best, value = k, total / lengths[k]
        if n_groups == 0 or value < least:
            if n_groups == len(sums):
                return i, n_groups
            best = n_groups
            n_groups += 1
        square = 0.0
        for c in range(dim):
            sums[best, c] += vectors[i, c]
            square += sums[best, c] ** 2
        lengths[best] = np.sqrt(square)
        labels[i] = best
    return end, n_groups
