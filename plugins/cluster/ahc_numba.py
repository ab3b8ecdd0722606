"""ahc.numba: similarities by BLAS in float32, chains of nearest neighbours by numba."""

from collections.abc import Callable

import numpy as np
from numba import njit

from vsat_core.plugin import Run
from vsat_plugins.cluster.ahc import Ahc, Tree
from vsat_plugins.cluster.ahc_chain import FIRST, ROUNDING, advance, chain_of
from vsat_plugins.cluster.units import NEAR, Units

BLOCK = 256  # embeddings whose similarities are computed at once
EDGE = 64  # of the squares that are mirrored at once
MERGES = 500  # between two looks at whether the user has stopped the run


class Numba(Ahc):
    """One table of float32 (n, n): 36 MB for 3,000 embeddings, 1.6 GB for 20,000."""

    def prepare(self) -> None:
        """Compile for the types in use."""
        few, n = np.linspace(1, 2, 12).reshape(6, 2), np.arange(6)
        units = Units(few, n, n, np.arange(6.0), n, n, (0.5, 0.75))
        merged(units, 0.1, lambda i: None)

    def tree(self, units: Units, run: Run) -> Tree:
        """All merges."""

        def progress(i: int) -> None:
            run.progress(int(units.center[i]))

        penalty = self.params.cannot_link_penalty if (units.voice >= 0).any() else 0.0
        return merged(units, penalty, progress)


def merged(units: Units, penalty: float, progress: Callable[[int], None]) -> Tree:
    """The tree of embeddings no longer than 1 in order of time; overwrites their vectors."""
    chain = chain_of(similarities(units, penalty), units)
    coarse = (units.vectors.shape[1] + 8) * ROUNDING * 1.01
    n_merges = len(units) - 1
    for until in range(min(MERGES, n_merges), n_merges + MERGES, MERGES):
        progress(int(chain.at[FIRST]))
        advance(chain, penalty, coarse, min(until, n_merges))
    return Tree(chain.left, chain.stays, chain.height)


def similarities(units: Units, penalty: float) -> np.ndarray:
    """What `Units.similarity` gives, float32 (n, n), minus infinity on the diagonal; each pair is
    computed once.
    """
    n, vectors = len(units), units.vectors.astype(np.float32)
    table = np.empty((n, n), np.float32)
    for begin in range(0, n, BLOCK):
        end = min(begin + BLOCK, n)
        np.matmul(vectors[begin:end], vectors[begin:].T, out=table[begin:end, begin:])
        mirror(table, begin, end)
    np.fill_diagonal(table, -np.inf)
    if penalty:
        penalise(table, units.center, units.voice, np.float32(penalty))
    return table


@njit(cache=True, nogil=True, error_model="numpy")
def mirror(table, begin, end):
    """Copy what is right of the square `begin` to `end` in its rows to where it belongs below that
    square.
    """
    n = len(table)
    for left in range(end, n, EDGE):
        for top in range(begin, end, EDGE):
            for j in range(left, min(left + EDGE, n)):
                for i in range(top, min(top + EDGE, end)):
                    table[j, i] = table[i, j]


@njit(cache=True, nogil=True, error_model="numpy")
def penalise(table, center, voice, penalty):
    """Subtract `penalty` from the similarity of embeddings near each other of different voices."""
    for i in range(len(table)):
        j = i + 1
        while j < len(table) and center[j] - center[i] < NEAR:
            if voice[i] >= 0 and voice[j] >= 0 and voice[i] != voice[j]:
                table[i, j] -= penalty
                table[j, i] -= penalty
            j += 1
