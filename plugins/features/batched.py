"""`batched` front ends: blocks of windows by torch, on the processor or a graphics card."""

from __future__ import annotations

import numpy as np
import torch
from numpy.lib.stride_tricks import sliding_window_view

from vsat_core.artifacts import Audio, Features, Speech
from vsat_core.contract.threads import thread_count
from vsat_core.plugin import NoParams, Run
from vsat_plugins.features import Device, fbank80, mel40
from vsat_plugins.features.frontend import FrontEnd


class Batch:
    """Frames of a block of windows, float32 throughout."""

    def __init__(self, front: FrontEnd, device: str) -> None:
        self.front, self.device = front, device
        self.shape = torch.from_numpy(front.shape.astype(np.float32)).to(device)
        self.filters = torch.from_numpy(front.filters.astype(np.float32)).to(device)

    @torch.inference_mode()
    def __call__(self, samples: np.ndarray, first: np.ndarray, out: np.ndarray) -> None:
        """Fill out float32 (n, n_bins) with the frames of the windows that begin at `first` int64
        (n,).
        """
        front = self.front
        windows = torch.from_numpy(sliding_window_view(samples, front.window)[first]).to(
            self.device
        )
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


class Fbank80:
    """fbank80 by torch; on the processor, blocks of windows on several threads."""

    front_end = staticmethod(fbank80.front_end)

    def __init__(self, params: NoParams, tuning: Device) -> None:
        self.params, self.tuning = params, tuning

    def prepare(self) -> None:
        """Wake the device up."""
        torch.zeros(1, device=self.tuning.device)

    def __call__(self, audio: Audio, speech: Speech, *, run: Run) -> Features:
        """Frames of the union of the speech."""
        front, device = self.front_end(), self.tuning.device
        torch.set_num_threads(1)
        threads = thread_count(self.tuning.threads) if device == "cpu" else 1
        return front.features(audio, speech, run, Batch(front, device), threads)


class Mel40(Fbank80):
    """mel40 likewise."""

    front_end = staticmethod(mel40.front_end)
