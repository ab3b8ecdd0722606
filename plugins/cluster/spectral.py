"""Spectral clustering that chooses its own number of neighbours and of speakers.

Each print keeps its p most similar ones; the largest gap among the small eigenvalues of the Laplacian says how many
speakers there are, and p is the one whose gap is largest for its size (NME-SC: Park, Han, Kumar and Narayanan,
"Auto-tuning spectral clustering for speaker diarization using normalized maximum eigengap", IEEE Signal Processing
Letters 2020). k-means in the space of the eigenvectors says who is who. Connections keep their similarity, and groups
that turn out alike are joined, as in 3D-Speaker's diarization: one voice cut in two has a gap as well.
"""
from __future__ import annotations

import numpy as np

from vsat_core.artifacts import Embeddings, Speech, Turns
from vsat_core.plugin import NoParams, Run
from vsat_plugins.cluster import SpectralParams
from vsat_plugins.cluster.speakers import diarized, joined_up, numbered, split_up
from vsat_plugins.cluster.units import Units

MOST_UNITS = 600  # an eigenvalue problem of this size takes a few hundredths of a second
LEAST_NEIGHBOURS = 6  # as in 3D-Speaker: fewer tear a voice to pieces
N_TRIALS = 8  # numbers of neighbours that are tried
ROUNDS = 100  # of k-means, at most


class Vectorized:
    """Dense eigenvectors by LAPACK."""

    def __init__(self, params: SpectralParams, tuning: NoParams) -> None:
        self.params, self.tuning = params, tuning

    def prepare(self) -> None:
        """Nothing to load."""

    def __call__(self, embeddings: Embeddings, speech: Speech, *, run: Run) -> Turns:
        """Who spoke when."""
        return diarized(embeddings, speech, self.params, self._group, MOST_UNITS)

    def _group(self, units: Units, low: int, high: int) -> np.ndarray:
        n, vectors = len(units), units.vectors
        least = self.params.threshold * units.alikeness()
        if n <= max(low, LEAST_NEIGHBOURS):
            return joined_up(np.arange(n), vectors, least, low, high)
        most = min(max(low, high if high < n else self.params.most_speakers), n - 1)
        n_groups, neighbours = self._counted(vectors, low, most)
        space = np.linalg.eigh(laplacian(vectors, neighbours))[1][:, :n_groups]
        labels = numbered(k_means(space, n_groups))
        return split_up(joined_up(labels, vectors, least, low, high), vectors, low)

    def _counted(self, vectors: np.ndarray, low: int, most: int) -> tuple[int, int]:
        """Number of speakers and of neighbours: the smallest p over g(p), the largest relative gap."""
        n = len(vectors)
        widest = max(LEAST_NEIGHBOURS, n * self.params.neighbour_share)
        trials = np.unique(np.linspace(LEAST_NEIGHBOURS, widest, N_TRIALS).astype(int))
        best = (np.inf, low, LEAST_NEIGHBOURS)
        for p in trials.tolist():
            values = np.linalg.eigvalsh(laplacian(vectors, p))
            gaps = np.diff(values[low - 1 : most + 1])
            gap = float(gaps.max()) / (float(values[-1]) + 1e-10)
            best = min(best, (p / n / (gap + 1e-10), low + int(gaps.argmax()), p))
        return best[1], best[2]


def laplacian(vectors: np.ndarray, neighbours: int) -> np.ndarray:
    """Unnormalised Laplacian, float64 (n, n), of the graph that joins each print to its nearest ones."""
    likeness = vectors @ vectors.T
    nearest = np.argsort(-likeness, axis=1, kind="stable")[:, : neighbours + 1]
    graph = np.zeros_like(likeness)
    np.put_along_axis(graph, nearest, np.maximum(np.take_along_axis(likeness, nearest, 1), 0), axis=1)
    graph = (graph + graph.T) / 2
    np.fill_diagonal(graph, 0)
    return np.diag(graph.sum(1)) - graph


def k_means(points: np.ndarray, k: int) -> np.ndarray:
    """Labels (n,) after Lloyd's rounds from centres that are far apart: the first point, then always the farthest."""
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
