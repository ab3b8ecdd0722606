"""spectral.baseline: embedding by embedding; nothing is kept from one number of neighbours to the
next.
"""

import numpy as np

from vsat_plugins.cluster.spectral import Laplacian, Spectral


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

    def square_distances(self, points: np.ndarray, centers: np.ndarray) -> np.ndarray:
        """Point by point."""
        return np.array([[float(((p - c) ** 2).sum()) for c in centers] for p in points])

    def means(self, points: np.ndarray, labels: np.ndarray, centers: np.ndarray) -> np.ndarray:
        """Label by label."""
        new = []
        for label, center in enumerate(centers):
            members = [p for p, own in zip(points, labels, strict=True) if own == label]
            new.append(np.mean(members, axis=0) if members else center)
        return np.array(new)
