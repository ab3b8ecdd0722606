"""spectral.batched: similarities, graphs and eigenvectors by torch.

k-means is that of `spectral.vectorized`: its points have a few numbers each.
"""

from collections.abc import Callable

import numpy as np
import torch

from vsat_core.contract.threads import thread_count
from vsat_core.plugin import ThreadsOrDevice
from vsat_plugins._kernels.devices import OnDevice
from vsat_plugins.cluster.spectral_vectorized import Vectorized


class Batched(OnDevice, Vectorized):
    """Float64 throughout, on the processor or a CUDA device."""

    tuning: ThreadsOrDevice

    def laplacians(self, vectors: np.ndarray) -> Callable[[int], torch.Tensor]:
        """The neighbours are sorted once."""
        torch.set_num_threads(thread_count(self.tuning.threads))
        own = torch.tensor(vectors, device=self.tuning.device)
        similarity = own @ own.T
        order = torch.argsort(similarity, dim=1, descending=True, stable=True)

        def laplacian(neighbours: int) -> torch.Tensor:
            nearest = order[:, : neighbours + 1]
            weights = similarity.gather(1, nearest).clamp_(min=0)
            graph = torch.zeros_like(similarity).scatter_(1, nearest, weights)
            graph = ((graph + graph.T) / 2).fill_diagonal_(0)
            return torch.diag(graph.sum(1)) - graph

        return laplacian

    def eigenvalues(self, laplacian: torch.Tensor) -> np.ndarray:
        """Ascending."""
        return torch.linalg.eigvalsh(laplacian).cpu().numpy()

    def eigenvectors(self, laplacian: torch.Tensor) -> np.ndarray:
        """In the order of their eigenvalues."""
        return torch.linalg.eigh(laplacian).eigenvectors.cpu().numpy()
