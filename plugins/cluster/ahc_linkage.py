"""Average linkage by libraries that take the table of distances: SciPy and fastcluster.

Both walk nearest-neighbour chains, in time that grows with the square of the prints, and copy the
table or write over it: float64, each pair once.
"""

from __future__ import annotations

import numpy as np

from vsat_core.plugin import Run
from vsat_plugins.cluster.ahc import Ahc, Tree
from vsat_plugins.cluster.units import NEAR, Units

SHIFT = 2.0  # makes distances of similarities; none may be below 0
BLOCK = 256  # prints whose similarities are computed at once


class Vectorized(Ahc):
    """SciPy's linkage."""

    def tree(self, units: Units, run: Run) -> Tree:
        """All merges."""
        import scipy.cluster.hierarchy

        return tree_of(
            scipy.cluster.hierarchy.linkage(distances(units, self.params.apart, run), "average")
        )


class Native(Ahc):
    """fastcluster's linkage, in C++ (Müllner, Journal of Statistical Software 53(9), 2013); writes
    over the table.
    """

    def tree(self, units: Units, run: Run) -> Tree:
        """All merges."""
        import fastcluster

        table = distances(units, self.params.apart, run)
        return tree_of(fastcluster.linkage(table, "average", preserve_input=False))


def distances(units: Units, apart: float, run: Run) -> np.ndarray:
    """SHIFT less what `Units.likeness` gives, for pairs (0, 1), (0, 2), ...: float64 (n (n - 1) /
    2,).
    """
    n, at = len(units), 0
    table = np.empty(n * (n - 1) // 2)
    for begin in range(0, n, BLOCK):
        run.progress(int(units.center[begin]))
        rows = units.vectors[begin : begin + BLOCK] @ units.vectors[begin:].T
        for i, row in enumerate(rows, begin):
            keep_apart(units, i, row[i - begin :], apart)
            table[at : at + n - 1 - i] = SHIFT - row[i + 1 - begin :]
            at += n - 1 - i
    return table


def keep_apart(units: Units, i: int, likeness: np.ndarray, apart: float) -> None:
    """Take `apart` from those of print i's likenesses to itself and all later ones that are near
    and another voice.
    """
    if apart and units.voice[i] >= 0:
        end = np.searchsorted(units.center, units.center[i] + NEAR)
        voice = units.voice[i:end]
        likeness[: end - i] -= apart * ((voice >= 0) & (voice != units.voice[i]))


def tree_of(linkage: np.ndarray) -> Tree:
    """The tree of a table of merges in which row k makes group n + k, as SciPy has it.

    >>> tree_of(np.array([[0, 2, 0.5, 2], [1, 3, 1.5, 3]])).stays.tolist()
    [2, 2]
    """
    pairs = linkage[:, :2].astype(np.int64)
    n = len(pairs) + 1
    stands = list(range(n))
    for _, b in pairs.tolist():
        stands.append(stands[b])
    gone, stays = np.array(stands)[pairs].T
    return Tree(gone, stays, SHIFT - linkage[:, 2])
