"""spectral.baseline: embedding by embedding; nothing is kept from one number of neighbours to the
next.
"""

import numpy as np

from vsat_plugins.cluster.spectral import ROUNDS, Laplacian, Spectral


class Baseline(Spectral):
    """The specification."""

    def laplacians(self, vectors: np.ndarray) -> Laplacian:
        """Row by row."""

        def laplacian(neighbours: int) -> np.ndarray:
            n = len(vectors)
            graph = np.zeros((n, n))
            for i in range(n):
                similarity = [float(vectors[i] @ other) for other in vectors]
                nearest = sorted(range(n), key=lambda j: (-similarity[j], j))[: neighbours + 1]
                for j in nearest:
                    if j != i:
                        graph[i, j] += max(similarity[j], 0.0) / 2
                        graph[j, i] += max(similarity[j], 0.0) / 2
            return np.diag(graph.sum(1)) - graph

        return laplacian

    def k_means(self, points: np.ndarray, k: int) -> np.ndarray:
        """Point by point."""
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
                members = [p for p, label in zip(points, labels, strict=True) if label == j]
                if members:
                    centers[j] = np.mean(members, axis=0)
        return np.array(labels, np.int64)
