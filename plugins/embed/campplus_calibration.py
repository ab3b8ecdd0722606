"""CAM++ adapted to some windows of the recording, so that the answer depends on the recording
alone.
"""

from __future__ import annotations

import sys

import numpy as np
import torch
from torch import Tensor, nn

from vsat_core.artifacts import Features, Speech
from vsat_plugins.embed import CalibratedParams
from vsat_plugins.embed.batching import batches
from vsat_plugins.embed.campplus import STEP_FRAMES, filled
from vsat_plugins.embed.campplus_batched import Batched
from vsat_plugins.embed.campplus_net import CamPlus
from vsat_plugins.embed.torch_batches import Forward
from vsat_plugins.embed.windows import frame_numbers, rows_of, windows_of


class Calibrated(Batched):
    """Batches through the adapted network."""

    params: CalibratedParams

    def forward(self, features: Features, speech: Speech) -> Forward:
        """The adapted network; the full one where there is nothing to adapt it to."""
        net, stack = self.network(), sample(features, speech, self.params)
        assert isinstance(net, CamPlus)
        with torch.inference_mode():
            frames = torch.from_numpy(stack).to(self.tuning.device)
            return self.adapted(net, frames) if len(stack) else net

    def adapted(self, net: CamPlus, frames: Tensor) -> nn.Module:
        """A cheaper network that does much the same on windows like these, float32 (n, frames,
        80).
        """
        raise NotImplementedError


def sample(features: Features, speech: Speech, params: CalibratedParams) -> np.ndarray:
    """Windows spread over the recording, all of its most frequent length: float32 (n, frames, 80);
    n may be 0.
    """
    windows = windows_of(speech, params)
    groups = list(batches(frame_numbers(features, windows)[1], STEP_FRAMES, sys.maxsize))
    if not groups:
        return np.zeros((0, STEP_FRAMES, features.frames.shape[1]), np.float32)
    most = max(groups, key=len)
    spread = np.linspace(0, len(most) - 1, min(len(most), params.calibration_windows))
    chosen = most[spread.round().astype(np.int64)]
    return np.stack([filled(rows_of(features, windows[i])) for i in chosen])
