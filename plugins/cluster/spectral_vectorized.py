"""spectral.vectorized: similarities and their order are computed once, all embeddings at a time."""

import numpy as np

from vsat_plugins.cluster.spectral import ROUNDS, Laplacian, Spectral


class Vectorized(Spectral):
    """NumPy."""

    def laplacians(self, vectors: np.ndarray) -> Laplacian:
        """The neighbours are sorted once."""
        similarity = vectors @ vectors.T
        order = np.argsort(-similarity, axis=1, kind="stable")

        def laplacian(neighbours: int) -> np.ndarray:
            nearest = order[:, : neighbours + 1]
            graph = np.zeros_like(similarity)
            np.put_along_axis(
                graph, nearest, np.maximum(np.take_along_axis(similarity, nearest, 1), 0), axis=1
            )
            graph = (graph + graph.T) / 2
            np.fill_diagonal(graph, 0)
            return np.diag(graph.sum(1)) - graph

        return laplacian

    def k_means(self, points: np.ndarray, k: int) -> np.ndarray:
        """All points at once."""
        centers = points[:1].copy()
        while len(centers) < k:
            centers = np.vstack(
                [centers, points[square_distances(points, centers).min(1).argmax()]]
            )
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
