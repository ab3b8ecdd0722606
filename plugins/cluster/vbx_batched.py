"""vbx.batched: likelihoods of all embeddings and speakers by products in torch.

The walk through the recording goes from embedding to embedding, which no device shortens: it is
that of `vbx.vectorized`.
"""

import numpy as np
import torch

from vsat_core.contract.threads import thread_count
from vsat_core.plugin import ThreadsOrDevice
from vsat_plugins._kernels.devices import OnDevice
from vsat_plugins.cluster.vbx_vectorized import Vectorized, modelled


class Batched(OnDevice, Vectorized):
    """Float64 products on the processor or a CUDA device; paths in NumPy."""

    tuning: ThreadsOrDevice

    def model(self, x: np.ndarray, phi: np.ndarray, gamma: np.ndarray) -> tuple[np.ndarray, float]:
        """All at once."""
        torch.set_num_threads(thread_count(self.tuning.threads))
        tensors = [torch.tensor(array, device=self.tuning.device) for array in (x, phi, gamma)]
        log_p, penalty = modelled(self.params, torch, *tensors)
        return log_p.cpu().numpy(), penalty
