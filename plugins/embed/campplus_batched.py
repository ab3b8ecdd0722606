"""campplus.batched: several windows of one length through the network in one call."""

from __future__ import annotations

import numpy as np
from torch import nn

from vsat_plugins.embed import CAMPPLUS
from vsat_plugins.embed.campplus import DIM, STEP_FRAMES, filled
from vsat_plugins.embed.campplus_net import load
from vsat_plugins.embed.torch_batches import TorchBatches


class Batched(TorchBatches):
    """The network of `campplus_net`."""

    dim, step = DIM, STEP_FRAMES
    batch_frames = 1200  # 8 windows of 1.5 s: the activations of a layer stay in a core's cache
    cuda_batch_frames = 38_400

    def load(self) -> nn.Module:
        """The network with its trained weights."""
        return load(CAMPPLUS.path())

    def filled(self, rows: np.ndarray) -> np.ndarray:
        """Without their mean, a multiple of STEP_FRAMES."""
        return filled(rows)
