"""Agglomerative hierarchical clustering with average linkage: the two most similar groups become one, again and again.

How similar two groups are is the mean cosine similarity of their members' pairs (UPGMA; Sokal and Michener 1958; for
speakers, Garcia-Romero et al., "Speaker diarization using deep neural network embeddings", ICASSP 2017).
"""
from __future__ import annotations

import numpy as np
import scipy.cluster.hierarchy
import scipy.sparse.csgraph

from vsat_core.artifacts import Embeddings, Speech, Turns
from vsat_core.plugin import NoParams, Run
from vsat_plugins.cluster import AhcParams
from vsat_plugins.cluster.speakers import diarized
from vsat_plugins.cluster.units import Units

MOST_UNITS = 3000  # 37 minutes of talk in prints every 0.75 s; its distances take 36 MB
SHIFT = 2.0  # makes distances of similarities; SciPy wants none below 0


class Baseline:
    """The specification: looks at every pair of groups before every step."""

    def __init__(self, params: AhcParams, tuning: NoParams) -> None:
        self.params, self.tuning = params, tuning

    def prepare(self) -> None:
        """Nothing to load."""

    def __call__(self, embeddings: Embeddings, speech: Speech, *, run: Run) -> Turns:
        """Who spoke when."""
        return diarized(embeddings, speech, self.params, self._group, MOST_UNITS)

    def _group(self, units: Units, low: int, high: int) -> np.ndarray:
        least = self.params.threshold * units.alikeness()
        members = [[i] for i in range(len(units))]
        likeness = units.likeness(self.params.apart)
        np.fill_diagonal(likeness, -np.inf)
        while len(members) > low:
            a, b = sorted(np.unravel_index(int(likeness.argmax()), likeness.shape))
            if likeness[a, b] < least and len(members) <= high:
                break
            sizes = len(members[a]), len(members[b])
            mean = (sizes[0] * likeness[a] + sizes[1] * likeness[b]) / sum(sizes)
            likeness[a], likeness[:, a] = mean, mean
            likeness[a, a] = -np.inf
            likeness = np.delete(np.delete(likeness, b, 0), b, 1)
            members[a] += members.pop(b)
        labels = np.zeros(len(units), np.int64)
        for label, group in enumerate(members):
            labels[group] = label
        return labels


class Vectorized:
    """SciPy's nearest-neighbour chain: the same tree in time that grows with the square of the prints."""

    def __init__(self, params: AhcParams, tuning: NoParams) -> None:
        self.params, self.tuning = params, tuning

    def prepare(self) -> None:
        """Nothing to load."""

    def __call__(self, embeddings: Embeddings, speech: Speech, *, run: Run) -> Turns:
        """Who spoke when."""
        return diarized(embeddings, speech, self.params, self._group, MOST_UNITS)

    def _group(self, units: Units, low: int, high: int) -> np.ndarray:
        n = len(units)
        if n < 2:
            return np.zeros(n, np.int64)
        likeness = units.likeness(self.params.apart)
        tree = scipy.cluster.hierarchy.linkage(SHIFT - likeness[np.triu_indices(n, 1)], "average")
        n_merges = int((tree[:, 2] <= SHIFT - self.params.threshold * units.alikeness()).sum())
        return groups_after(tree, min(max(n_merges, n - high), n - low))


def groups_after(tree: np.ndarray, n_merges: int) -> np.ndarray:
    """Labels (n,) once the first `n_merges` steps of SciPy's linkage are done.

    >>> groups_after(np.array([[0, 2, 0.1, 2], [1, 3, 0.5, 3]]), 1)
    array([0, 1, 0])
    """
    n = len(tree) + 1
    pairs = tree[:n_merges, :2].astype(np.int64)
    rows, made = pairs.reshape(-1), np.repeat(n + np.arange(n_merges), 2)
    graph = scipy.sparse.coo_array((np.ones(len(rows)), (rows, made)), shape=(n + n_merges, n + n_merges))
    return scipy.sparse.csgraph.connected_components(graph, directed=False)[1][:n].astype(np.int64)
