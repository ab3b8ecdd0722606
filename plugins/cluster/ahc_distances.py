"""What libraries take and give: the condensed table of distances, a table of merges."""

import numpy as np

from vsat_core.plugin import Run
from vsat_plugins.cluster.ahc import Tree
from vsat_plugins.cluster.units import NEAR, Units

SHIFT = 2.0  # makes distances of similarities; none may be below 0
BLOCK = 256  # embeddings whose similarities are computed at once


def distances(units: Units, penalty: float, run: Run) -> np.ndarray:
    """SHIFT less what `Units.similarity` gives, for pairs (0, 1), (0, 2), ...: float64 (n (n - 1) /
    2,).
    """
    n, at = len(units), 0
    table = np.empty(n * (n - 1) // 2)
    for begin in range(0, n, BLOCK):
        run.progress(int(units.center[begin]))
        rows = units.vectors[begin : begin + BLOCK] @ units.vectors[begin:].T
        for i, row in enumerate(rows, begin):
            penalise(units, i, row[i - begin :], penalty)
            table[at : at + n - 1 - i] = SHIFT - row[i + 1 - begin :]
            at += n - 1 - i
    return table


def penalise(units: Units, i: int, similarity: np.ndarray, penalty: float) -> None:
    """Subtract `penalty` from those similarities of embedding i to itself and all later ones that
    are near and of another voice.
    """
    if penalty and units.voice[i] >= 0:
        end = np.searchsorted(units.center, units.center[i] + NEAR)
        voice = units.voice[i:end]
        similarity[: end - i] -= penalty * ((voice >= 0) & (voice != units.voice[i]))


def tree_of(linkage: np.ndarray) -> Tree:
    """The tree of a table of merges in which row k makes group n + k, as SciPy has it.

    >>> tree_of(np.array([[0, 2, 0.5, 2], [1, 3, 1.5, 3]])).stays.tolist()
    [2, 2]
    """
    pairs = linkage[:, :2].astype(np.int64)
    n = len(pairs) + 1
    represents = list(range(n))
    for _, b in pairs.tolist():
        represents.append(represents[b])
    gone, stays = np.array(represents)[pairs].T
    return Tree(gone, stays, SHIFT - linkage[:, 2])
