"""greedy.numba: one compiled pass over the sums of the groups."""

import numpy as np
from numba import njit

from vsat_core.plugin import Run
from vsat_plugins.cluster.greedy import LOOK, Greedy
from vsat_plugins.cluster.units import Units


class Numba(Greedy):
    """Holds a sum for each group."""

    def prepare(self) -> None:
        """Compile for the types in use."""
        extend(np.eye(2), np.zeros((2, 2)), np.ones(2), np.zeros(2, np.int64), 0, 2, 0, 0.5)

    def one_pass(self, units: Units, least: float, run: Run) -> np.ndarray:
        """A group for each embedding."""
        n, vectors, n_groups = len(units), units.vectors, 0
        labels, sums, lengths = np.zeros(n, np.int64), np.zeros_like(vectors), np.ones(n)
        for begin in range(0, n, LOOK):
            run.progress(int(units.center[begin]))
            end = min(begin + LOOK, n)
            n_groups = extend(vectors, sums, lengths, labels, begin, end, n_groups, least)
        return labels


@njit(cache=True, nogil=True, error_model="numpy", fastmath={"reassoc", "contract"})
def extend(vectors, sums, lengths, labels, begin, end, n_groups, least):
    """Label embeddings from `begin` to `end`; the number of groups after that."""
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
            best = n_groups
            n_groups += 1
        square = 0.0
        for c in range(dim):
            sums[best, c] += vectors[i, c]
            square += sums[best, c] ** 2
        lengths[best] = np.sqrt(square)
        labels[i] = best
    return n_groups
