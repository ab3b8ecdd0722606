"""`wave.batched`: as `wave.vectorized`, the products by torch and of several blocks at once."""

import numpy as np
import torch

from vsat_plugins._kernels.devices import OnOneThread
from vsat_plugins.decode import Blocks
from vsat_plugins.decode.polyphase import Polyphase
from vsat_plugins.decode.wave_vectorized import Vectorized


class Batched(OnOneThread, Vectorized):
    """Float64 on the processor or a CUDA device."""

    tuning: Blocks

    def n_blocks(self) -> int:
        """As many as the tuning says."""
        return self.tuning.batch

    @torch.inference_mode()
    def resampled(self, piece: np.ndarray, filters: Polyphase, n_out: int) -> np.ndarray:
        """The same outputs of all periods by one product."""
        n_periods, device = -(-n_out // filters.period), self.tuning.device
        padded = torch.from_numpy(np.pad(piece, (0, filters.padding(len(piece), n_periods))))
        padded = padded.to(device)
        out = padded.new_empty((n_periods, filters.period))
        for group in filters.groups():
            weights = torch.from_numpy(group.weights).to(device)
            windows = padded[group.begin :].unfold(0, len(weights), filters.step)[:n_periods]
            out[:, group.outputs] = windows.contiguous() @ weights
        return np.asarray(out.ravel()[:n_out].cpu())
