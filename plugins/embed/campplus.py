"""Voice prints by CAM++, several windows of one length through the network in one call."""

from __future__ import annotations

import sys
from collections.abc import Callable

import numpy as np
import torch
from torch import Tensor

from vsat_core.artifacts import Embeddings, Features, Speech
from vsat_core.contract.threads import thread_count
from vsat_core.plugin import Run
from vsat_plugins.embed import CAMPPLUS, CalibratedParams, CampplusParams, NetworkTuning
from vsat_plugins.embed.batching import Network, batches, prints_of
from vsat_plugins.embed.campplus_frames import DIM, STEP_FRAMES, frames_of
from vsat_plugins.embed.campplus_net import CamPlus, load
from vsat_plugins.embed.windows import Lengths, frame_numbers, windows_of

BATCH_FRAMES = 1200  # 8 windows of 1.5 s: what a layer leaves for the next stays in a core's cache
CUDA_BATCH_FRAMES = 38_400  # a graphics card wants much at once


class Batched:
    """Batches of windows of one length; on a processor one batch on each thread."""

    def __init__(self, params: CampplusParams, tuning: NetworkTuning) -> None:
        self.params, self.tuning = params, tuning
        self._net: CamPlus | None = None

    def prepare(self) -> None:
        """Load the network."""
        self._loaded()

    def _loaded(self) -> CamPlus:
        if self._net is None:
            self._net = load(CAMPPLUS.path()).to(self.tuning.device)
        return self._net

    def __call__(self, features: Features, speech: Speech, *, run: Run) -> Embeddings:
        """One vector a window; it stands in one row for every segment the window has a piece of."""
        torch.set_num_threads(1)
        device, net = self.tuning.device, self._network(features, speech)

        def prints(stack: np.ndarray) -> np.ndarray:
            with torch.inference_mode():
                return net(torch.from_numpy(stack).to(device)).cpu().numpy()

        at_once, threads = BATCH_FRAMES, thread_count(self.tuning.threads)
        if device == "cuda":
            at_once, threads = CUDA_BATCH_FRAMES, 1
        network = Network(DIM, STEP_FRAMES, frames_of, prints)
        return prints_of(features, speech, Lengths.of(self.params), network, run, at_once, threads)

    def _network(self, features: Features, speech: Speech) -> Callable[[Tensor], Tensor]:
        """What the windows go through."""
        return self._loaded()


class Calibrated(Batched):
    """Batches through a network adapted to some windows of the recording, and so to nothing but the
    recording.
    """

    params: CalibratedParams

    def _network(self, features: Features, speech: Speech) -> Callable[[Tensor], Tensor]:
        """The adapted network; where there is nothing to adapt it to, the whole one."""
        net, stack = self._loaded(), sample(features, speech, self.params)
        with torch.inference_mode():
            return self.adapted(net, stack) if len(stack) else net

    def adapted(self, net: CamPlus, stack: np.ndarray) -> Callable[[Tensor], Tensor]:
        """A cheaper network that does much the same on windows like these, float32 (n,
        frames, 80).
        """
        raise NotImplementedError


def sample(features: Features, speech: Speech, params: CalibratedParams) -> np.ndarray:
    """Windows spread over the recording, all of its most frequent length: float32 (n, frames, 80);
    n may be 0.
    """
    windows = windows_of(speech, Lengths.of(params))
    groups = list(batches(frame_numbers(features, windows)[1], STEP_FRAMES, sys.maxsize))
    if not groups:
        return np.zeros((0, STEP_FRAMES, features.frames.shape[1]), np.float32)
    most = max(groups, key=len)
    chosen = most[
        np.linspace(0, len(most) - 1, min(len(most), params.calibration_windows))
        .round()
        .astype(np.int64)
    ]
    return np.stack([frames_of(features, windows[i]) for i in chosen])
