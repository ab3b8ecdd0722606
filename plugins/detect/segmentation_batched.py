"""`segmentation.batched`: several windows through the network of torch in one call, and a call on
each thread.
"""

from __future__ import annotations

from functools import cached_property

import numpy as np
import torch

from vsat_plugins._kernels.parallel import ByTorch
from vsat_plugins.detect import SEGMENTATION, SileroParams, silero_batched
from vsat_plugins.detect.segmentation import POWERSET, WINDOW, Segmentation
from vsat_plugins.detect.segmentation_net import SegmentationNet, load
from vsat_plugins.detect.silero import Silero

BATCH = {"cpu": 8, "cuda": 64}  # windows a call: more is no faster on a CPU


class Batched(ByTorch, Segmentation):
    """Windows that overlap are computed separately, all of a batch in one call."""

    @cached_property
    def net(self) -> SegmentationNet:
        """The trained network."""
        return load(SEGMENTATION.path()).to(self.tuning.device)

    @cached_property
    def second(self) -> Silero:
        return silero_batched.Batched(SileroParams(), self.tuning)

    def prepare(self) -> None:
        """Initialise the device and load the network."""
        super().prepare()
        _ = self.net

    def batch(self) -> int:
        return BATCH[self.tuning.device]

    @torch.inference_mode()
    def activity(self, sound: np.ndarray, starts: np.ndarray) -> np.ndarray:
        windows = np.stack([sound[s : s + WINDOW] for s in starts.tolist()])
        probabilities = self.net(torch.from_numpy(windows).to(self.tuning.device)).exp_()
        return np.asarray((probabilities @ torch.from_numpy(POWERSET).to(probabilities)).cpu())
