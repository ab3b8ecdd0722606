"""What `batched` techniques share: blocks of windows by torch, on the CPU or a graphics card."""

import numpy as np
import torch
from numpy.lib.stride_tricks import sliding_window_view

from vsat_plugins._kernels.parallel import ByTorch
from vsat_plugins.features.frontend import Compute, Extractor, FrontEnd


class _Batch:
    """Frames of a block of windows, float32 throughout."""

    def __init__(self, front: FrontEnd, device: str) -> None:
        self.front, self.device = front, device
        self.shape, self.filters = (
            torch.from_numpy(a.astype(np.float32)).to(device) for a in (front.shape, front.filters)
        )

    @torch.inference_mode()
    def __call__(self, samples: np.ndarray, first: np.ndarray, out: np.ndarray) -> None:
        """Fill out float32 (n, n_bins) with the frames of the windows that begin at `first` int64
        (n,).
        """
        front = self.front
        chosen = sliding_window_view(samples, front.window)[first]
        windows = torch.from_numpy(chosen).to(self.device)
        if front.centred:
            windows -= windows.mean(dim=1, keepdim=True)
        if front.emphasis:
            before = torch.cat((windows[:, :1], windows[:, :-1]), dim=1)
            windows.sub_(before, alpha=front.emphasis)
        windows *= self.shape
        lines = torch.view_as_real(torch.fft.rfft(windows, n=front.n_fft, dim=1))
        frames = lines.square_().sum(dim=2) @ self.filters
        if front.floor is not None:
            frames.clamp_(min=front.floor).log_()
        out[:] = frames.cpu().numpy()


class Together(ByTorch, Extractor):
    """On the CPU, blocks of windows on several threads."""

    def compute(self) -> Compute:
        return _Batch(self.front, self.tuning.device)
