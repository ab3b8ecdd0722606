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

import numpy as np

from vsat_core.plugin import Run
from vsat_plugins.cluster import SpectralParams
from vsat_plugins.cluster.speakers import SpeakerClustering, adjusted
from vsat_plugins.cluster.ties import untied
from vsat_plugins.cluster.units import Units

LEAST_NEIGHBOURS = 6  # as in 3D-Speaker: fewer split a speaker
N_TRIALS = 8  # numbers of neighbours that are tried
ROUNDS = 100  # of k-means, at most

# the unnormalised Laplacian for a number of neighbours, float64 (n, n): degrees on the diagonal,
# less the weights
Laplacian = Callable[[int], np.ndarray]


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
            space = np.linalg.eigh(laplacian(neighbours))[1][:, :n_groups]
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
            values = np.linalg.eigvalsh(laplacian(p))
            gaps = np.diff(values[low - 1 : most + 1])
            gap = float(gaps.max()) / (float(values[-1]) + 1e-10)
            best = min(best, (p / n / (gap + 1e-10), low + int(gaps.argmax()), p))
        return best[1], best[2]

    def laplacians(self, vectors: np.ndarray) -> Laplacian:
        """The graphs that join each embedding to its nearest ones."""
        raise NotImplementedError

    def k_means(self, points: np.ndarray, k: int) -> np.ndarray:
        """Labels int64 (n,) of points float64 (n, dim) by Lloyd's rounds from centres far apart:
        the first point, then always the farthest.
        """
        raise NotImplementedError
