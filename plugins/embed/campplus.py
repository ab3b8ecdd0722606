"""Voice prints by CAM++, several windows of one length through the network in one call."""
from __future__ import annotations

import numpy as np
import torch

from vsat_core.artifacts import Embeddings, Features, Speech
from vsat_core.plugin import Run
from vsat_core.threads import thread_count
from vsat_plugins.embed import CAMPPLUS, CampplusParams, NetworkTuning
from vsat_plugins.embed.batching import Network, prints_of
from vsat_plugins.embed.campplus_frames import DIM, STEP_FRAMES, frames_of
from vsat_plugins.embed.campplus_net import CamPlus, load
from vsat_plugins.embed.windows import Lengths

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
        net, device = self._loaded(), self.tuning.device
        torch.set_num_threads(1)

        def prints(stack: np.ndarray) -> np.ndarray:
            with torch.inference_mode():
                return net(torch.from_numpy(stack).to(device)).cpu().numpy()

        at_once, threads = BATCH_FRAMES, thread_count(self.tuning.threads)
        if device == "cuda":
            at_once, threads = CUDA_BATCH_FRAMES, 1
        network = Network(DIM, STEP_FRAMES, frames_of, prints)
        return prints_of(features, speech, Lengths.of(self.params), network, run, at_once, threads)
