"""spectral.numba: graphs and k-means by compiled loops; similarities and eigenvectors by BLAS and
LAPACK.
"""

import numpy as np

from vsat_plugins._kernels.jit import jit
from vsat_plugins.cluster.spectral_vectorized import Vectorized


class Numba(Vectorized):
    """No array of pairs is made but the graph itself."""

    def prepare(self) -> None:
        """Compile for the types in use."""
        points, labels = np.eye(2), np.zeros(2, np.int64)
        self.laplacian(points, np.array([[0, 1, 0], [1, 0, 0]])[:, :2])
        self.square_distances(points, points)
        self.means(points, labels, points)

    def laplacian(self, similarity: np.ndarray, nearest: np.ndarray) -> np.ndarray:
        """Edge by edge."""
        out: np.ndarray = laplacian(similarity, nearest)
        return out

    def square_distances(self, points: np.ndarray, centers: np.ndarray) -> np.ndarray:
        """Point by point."""
        out: np.ndarray = square_distances(np.ascontiguousarray(points), centers)
        return out

    def means(self, points: np.ndarray, labels: np.ndarray, centers: np.ndarray) -> np.ndarray:
        """One pass over the points."""
        out: np.ndarray = means(np.ascontiguousarray(points), labels, centers)
        return out


@jit
def laplacian(similarity, nearest):
    """Degrees on the diagonal, less half of the similarity for each end that chose the other."""
    out = np.zeros_like(similarity)
    for i in range(len(nearest)):
        for j in nearest[i]:
            weight = max(similarity[i, j], 0.0) / 2
            if j != i:
                out[i, j] -= weight
                out[j, i] -= weight
                out[i, i] += weight
                out[j, j] += weight
    return out


@jit
def square_distances(points, centers):
    """Float64 (n, k)."""
    out = np.zeros((len(points), len(centers)))
    for i in range(len(points)):
        for j in range(len(centers)):
            for d in range(points.shape[1]):
                out[i, j] += (points[i, d] - centers[j, d]) ** 2
    return out


@jit
def means(points, labels, centers):
    """Of the points of each label; the centre itself where there are none."""
    total, count = np.zeros_like(centers), np.zeros(len(centers))
    for i in range(len(points)):
        count[labels[i]] += 1
        for d in range(points.shape[1]):
            total[labels[i], d] += points[i, d]
    for j in range(len(centers)):
        for d in range(points.shape[1]):
            total[j, d] = total[j, d] / count[j] if count[j] else centers[j, d]
    return total
