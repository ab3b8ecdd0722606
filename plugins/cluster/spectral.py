"""Spectral clustering that chooses its own number of neighbours and of speakers.

Each print keeps its p most similar ones; the largest gap among the small eigenvalues of the
Laplacian says how many speakers there are, and p is the one whose gap is largest for its size
(NME-SC: Park, Han, Kumar and Narayanan, "Auto-tuning spectral clustering for speaker diarization
using normalized maximum eigengap", IEEE Signal Processing Letters 2020). k-means in the space of
the eigenvectors says who is who. Connections keep their similarity, and groups that turn out alike
are joined, as in 3D-Speaker's diarization: one voice cut in two has a gap as well.
"""

from __future__ import annotations

import numpy as np

from vsat_core.artifacts import Embeddings, Speech, Turns
from vsat_core.plugin import NoParams, Run
from vsat_plugins.cluster import SpectralParams
from vsat_plugins.cluster.speakers import diarized, joined_up, numbered, split_up
from vsat_plugins.cluster.ties import untied
from vsat_plugins.cluster.units import Units

MOST_UNITS = 600  # an eigenvalue problem of this size takes a few hundredths of a second
LEAST_NEIGHBOURS = 6  # as in 3D-Speaker: fewer tear a voice to pieces
N_TRIALS = 8  # numbers of neighbours that are tried
ROUNDS = 100  # of k-means, at most


class Spectral:
    """What its techniques share; each says how the graph is made and how its points are grouped."""

    def __init__(self, params: SpectralParams, tuning: NoParams) -> None:
        self.params, self.tuning = params, tuning

    def prepare(self) -> None:
        """Nothing to load."""

    def __call__(self, embeddings: Embeddings, speech: Speech, *, run: Run) -> Turns:
        """Who spoke when."""

        def group(units: Units, low: int, high: int) -> np.ndarray:
            return self.group(units, low, high, run)

        return diarized(embeddings, speech, self.params, group, run, MOST_UNITS)

    def group(self, units: Units, low: int, high: int, run: Run) -> np.ndarray:
        """A group for each print, int64 (n,)."""
        n, vectors = len(units), units.vectors
        least = self.params.threshold * units.alikeness()
        if n <= max(low, LEAST_NEIGHBOURS):
            return joined_up(np.arange(n), vectors, least, low, high)
        most = min(max(low, high if high < n else self.params.most_speakers), n - 1)
        graphs = self.graphs(untied(units).vectors)
        n_groups, neighbours = self._counted(graphs, n, low, most, run)
        space = np.linalg.eigh(graphs.laplacian(neighbours))[1][:, :n_groups]
        labels = numbered(self.k_means(space, n_groups))
        return split_up(joined_up(labels, vectors, least, low, high), vectors, low)

    def _counted(
        self, graphs: PlainGraphs | Graphs, n: int, low: int, most: int, run: Run
    ) -> tuple[int, int]:
        """Number of speakers and of neighbours: the smallest p over g(p), the largest
        relative gap.
        """
        widest = max(LEAST_NEIGHBOURS, n * self.params.neighbour_share)
        trials = np.unique(np.linspace(LEAST_NEIGHBOURS, widest, N_TRIALS).astype(int))
        best = (np.inf, low, LEAST_NEIGHBOURS)
        for p in trials.tolist():
            run.progress(0)  # a place to stop
            values = np.linalg.eigvalsh(graphs.laplacian(p))
            gaps = np.diff(values[low - 1 : most + 1])
            gap = float(gaps.max()) / (float(values[-1]) + 1e-10)
            best = min(best, (p / n / (gap + 1e-10), low + int(gaps.argmax()), p))
        return best[1], best[2]

    def graphs(self, vectors: np.ndarray) -> PlainGraphs | Graphs:
        """Graphs of these prints with any number of neighbours."""
        raise NotImplementedError

    def k_means(self, points: np.ndarray, k: int) -> np.ndarray:
        """Labels int64 (n,) of points float64 (n, dim)."""
        raise NotImplementedError


class Baseline(Spectral):
    """The specification: print by print."""

    def graphs(self, vectors: np.ndarray) -> PlainGraphs:
        """Nothing is kept from one number of neighbours to the next."""
        return PlainGraphs(vectors)

    def k_means(self, points: np.ndarray, k: int) -> np.ndarray:
        """Labels int64 (n,)."""
        return plain_k_means(points, k)


class Vectorized(Spectral):
    """Similarities and their order are found once, all prints at a time."""

    def graphs(self, vectors: np.ndarray) -> Graphs:
        """All that graphs have in common."""
        return Graphs(vectors)

    def k_means(self, points: np.ndarray, k: int) -> np.ndarray:
        """Labels int64 (n,)."""
        return k_means(points, k)


class PlainGraphs:
    """Graphs that join each print to its nearest ones."""

    def __init__(self, vectors: np.ndarray) -> None:
        self._vectors = vectors

    def laplacian(self, neighbours: int) -> np.ndarray:
        """Unnormalised Laplacian, float64 (n, n): degrees on the diagonal, less the weights."""
        n = len(self._vectors)
        graph = np.zeros((n, n))
        for i in range(n):
            likeness = [float(self._vectors[i] @ other) for other in self._vectors]
            nearest = sorted(range(n), key=lambda j: (-likeness[j], j))[: neighbours + 1]
            for j in nearest:
                if j != i:
                    graph[i, j] += max(likeness[j], 0.0) / 2
                    graph[j, i] += max(likeness[j], 0.0) / 2
        return np.diag(graph.sum(1)) - graph


class Graphs:
    """The same; who is nearest to whom is sorted once."""

    def __init__(self, vectors: np.ndarray) -> None:
        self._likeness = vectors @ vectors.T
        self._order = np.argsort(-self._likeness, axis=1, kind="stable")

    def laplacian(self, neighbours: int) -> np.ndarray:
        """Unnormalised Laplacian, float64 (n, n)."""
        nearest = self._order[:, : neighbours + 1]
        graph = np.zeros_like(self._likeness)
        np.put_along_axis(
            graph, nearest, np.maximum(np.take_along_axis(self._likeness, nearest, 1), 0), axis=1
        )
        graph = (graph + graph.T) / 2
        np.fill_diagonal(graph, 0)
        return np.diag(graph.sum(1)) - graph


def plain_k_means(points: np.ndarray, k: int) -> np.ndarray:
    """Labels int64 (n,) by Lloyd's rounds from centres far apart: the first point, then always the
    farthest.
    """
    centers = [points[0]]
    while len(centers) < k:
        far = [min(float(((p - c) ** 2).sum()) for c in centers) for p in points]
        centers.append(points[far.index(max(far))])
    labels = [-1] * len(points)
    for _ in range(ROUNDS):
        distances = [[float(((p - c) ** 2).sum()) for c in centers] for p in points]
        nearest = [row.index(min(row)) for row in distances]
        if nearest == labels:
            break
        labels = nearest
        for j in range(k):
            mine = [p for p, label in zip(points, labels, strict=True) if label == j]
            if mine:
                centers[j] = np.mean(mine, axis=0)
    return np.array(labels, np.int64)


def k_means(points: np.ndarray, k: int) -> np.ndarray:
    """The same for all points at once."""
    centers = points[:1].copy()
    while len(centers) < k:
        centers = np.vstack([centers, points[square_distances(points, centers).min(1).argmax()]])
    labels = np.full(len(points), -1)
    for _ in range(ROUNDS):
        nearest = square_distances(points, centers).argmin(1)
        if np.array_equal(nearest, labels):
            break
        labels = nearest
        for j in range(k):
            if np.any(labels == j):
                centers[j] = points[labels == j].mean(0)
    return labels


def square_distances(points: np.ndarray, centers: np.ndarray) -> np.ndarray:
    """Float64 (n, k)."""
    return ((points[:, None, :] - centers[None, :, :]) ** 2).sum(2)
