"""spectral.vectorized: similarities and their order are computed once, all embeddings at a time."""

import numpy as np

from vsat_plugins.cluster.spectral import Laplacian, Spectral


class Vectorized(Spectral):
    """NumPy."""

    def laplacians(self, vectors: np.ndarray) -> Laplacian:
        """The neighbours are sorted once."""
        similarity = vectors @ vectors.T
        order = np.argsort(-similarity, axis=1, kind="stable")
        return lambda neighbours: self.laplacian(similarity, order[:, : neighbours + 1])

    def laplacian(self, similarity: np.ndarray, nearest: np.ndarray) -> np.ndarray:
        """Of the graph that joins each embedding to its nearest ones, int64 (n, p)."""
        graph = np.zeros_like(similarity)
        weights = np.maximum(np.take_along_axis(similarity, nearest, 1), 0)
        np.put_along_axis(graph, nearest, weights, axis=1)
        graph = (graph + graph.T) / 2
        np.fill_diagonal(graph, 0)
        return np.diag(graph.sum(1)) - graph

    def square_distances(self, points: np.ndarray, centers: np.ndarray) -> np.ndarray:
        """All at once."""
        distances: np.ndarray = ((points[:, None, :] - centers[None, :, :]) ** 2).sum(2)
        return distances

    def means(self, points: np.ndarray, labels: np.ndarray, centers: np.ndarray) -> np.ndarray:
        """One label at a time."""
        new = centers.copy()
        for label in np.unique(labels):
            new[label] = points[labels == label].mean(0)
        return new
