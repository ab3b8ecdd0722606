"""What the techniques of `spectral` share: spectral clustering that chooses its own number of
neighbours and of speakers.

Each embedding keeps its p most similar ones; the largest gap among the small eigenvalues of the
Laplacian gives the number of speakers, and p is the one whose gap is largest for its size (NME-SC:
Park, Han, Kumar and Narayanan, "Auto-tuning spectral clustering for speaker diarization using
normalized maximum eigengap", IEEE Signal Processing Letters 2020). k-means in the space of the
eigenvectors finds the groups. Connections keep their similarity, and similar groups are joined, as
in 3D-Speaker's diarization: one speaker cut in two has a gap as well.
"""

from collections.abc import Callable
from typing import Any

import numpy as np

from vsat_core.plugin import Run
from vsat_plugins.cluster import SpectralParams
from vsat_plugins.cluster.speakers import SpeakerClustering, adjusted
from vsat_plugins.cluster.ties import untied
from vsat_plugins.cluster.units import Units

LEAST_NEIGHBOURS = 6  # as in 3D-Speaker: fewer split a speaker
N_TRIALS = 8  # numbers of neighbours that are tried
ROUNDS = 100  # of k-means, at most
SAME = 1e-9  # squared distances that differ by less, as a share of the points' own, are equal

# the unnormalised Laplacian for a number of neighbours, float64 (n, n): degrees on the diagonal,
# less the weights; an array of the library that a technique computes with
Laplacian = Callable[[int], Any]


class Spectral(SpeakerClustering):
    """Each technique makes the graph and groups its points in its own way."""

    params: SpectralParams

    def group(self, units: Units, least: float, low: int, high: int, run: Run) -> np.ndarray:
        """A group for each embedding, int64 (n,)."""
        n, vectors = len(units), units.vectors
        labels = np.arange(n)
        if n > max(low, LEAST_NEIGHBOURS):
            most = min(max(low, high if high < n else self.params.most_speakers), n - 1)
            laplacian = self.laplacians(untied(units).vectors)
            n_groups, neighbours = self._counted(laplacian, n, low, most, run)
            space = self.eigenvectors(laplacian(neighbours))[:, :n_groups]
            labels = np.unique(self.k_means(space, n_groups), return_inverse=True)[1]
        return adjusted(labels, vectors, least, low, high)

    def _counted(
        self, laplacian: Laplacian, n: int, low: int, most: int, run: Run
    ) -> tuple[int, int]:
        """Number of speakers and of neighbours: the smallest p over g(p), the largest
        relative gap.
        """
        widest = max(LEAST_NEIGHBOURS, n * self.params.neighbour_share)
        trials = np.unique(np.linspace(LEAST_NEIGHBOURS, widest, N_TRIALS).astype(int))
        best = (np.inf, low, LEAST_NEIGHBOURS)
        for p in trials.tolist():
            run.progress(0)  # raises if the user has stopped the run
            values = self.eigenvalues(laplacian(p))
            gaps = np.diff(values[low - 1 : most + 1])
            gap = float(gaps.max()) / (float(values[-1]) + 1e-10)
            best = min(best, (p / n / (gap + 1e-10), low + int(gaps.argmax()), p))
        return best[1], best[2]

    def laplacians(self, vectors: np.ndarray) -> Laplacian:
        """The graphs that join each embedding to its nearest ones."""
        raise NotImplementedError

    def eigenvalues(self, laplacian: Any) -> np.ndarray:
        """Ascending, float64 (n,)."""
        return np.linalg.eigvalsh(laplacian)

    def eigenvectors(self, laplacian: Any) -> np.ndarray:
        """Of length 1, one in each column, in the order of their eigenvalues: float64 (n, n)."""
        return np.linalg.eigh(laplacian)[1]

    def k_means(self, points: np.ndarray, k: int) -> np.ndarray:
        """Labels int64 (n,) of points float64 (n, dim) by Lloyd's rounds from centres far apart:
        the first point, then always the farthest.

        Distances do not depend on the signs of eigenvectors, nor on how a library turns those of
        equal eigenvalues. Of points or centres that are equally far but for rounding the first one
        is taken.
        """
        same = SAME * float((points**2).sum(1).mean())
        centers = points[:1]
        while len(centers) < k:
            far = self.square_distances(points, centers).min(1)
            centers = np.vstack([centers, points[int((far >= far.max() - same).argmax())]])
        labels = np.full(len(points), -1)
        for _ in range(ROUNDS):
            distances = self.square_distances(points, centers)
            nearest = (distances <= distances.min(1, keepdims=True) + same).argmax(1)
            if np.array_equal(nearest, labels):
                break
            labels = nearest
            centers = self.means(points, labels, centers)
        return labels

    def square_distances(self, points: np.ndarray, centers: np.ndarray) -> np.ndarray:
        """Of points float64 (n, dim) from centres (k, dim): float64 (n, k)."""
        raise NotImplementedError

    def means(self, points: np.ndarray, labels: np.ndarray, centers: np.ndarray) -> np.ndarray:
        """New centres float64 (k, dim): the mean of the points of each label; one without points
        stays.
        """
        raise NotImplementedError
