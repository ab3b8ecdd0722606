"""segmentation.batched: several windows through the network of torch in one call, and a call on
each thread.
"""

from __future__ import annotations

import numpy as np
import torch

from vsat_core.artifacts import Audio, Speech
from vsat_core.contract.threads import thread_count
from vsat_core.plugin import Run
from vsat_plugins.detect import SEGMENTATION, Device, SegmentationParams
from vsat_plugins.detect.segmentation import POWERSET, WINDOW, Windows
from vsat_plugins.detect.segmentation_net import SegmentationNet, load

BATCH = {"cpu": 8, "cuda": 64}  # windows a call: more is no faster on a CPU


class Batched:
    """Windows that overlap are computed apart, all of a batch in one call."""

    def __init__(self, params: SegmentationParams, tuning: Device) -> None:
        self.params, self.tuning = params, tuning
        self._net: SegmentationNet | None = None

    def prepare(self) -> None:
        """Load the network."""
        self._loaded()

    def _loaded(self) -> SegmentationNet:
        if self._net is None:
            self._net = load(SEGMENTATION.path()).to(self.tuning.device)
        return self._net

    def __call__(self, audio: Audio, *, run: Run) -> Speech:
        """Segments of speech, each with its voice; they overlap where voices do."""
        net, device = self._loaded(), self.tuning.device
        classes = torch.from_numpy(POWERSET).to(device)
        torch.set_num_threads(1)

        def network(sound: np.ndarray, starts: np.ndarray) -> np.ndarray:
            with torch.inference_mode():
                windows = torch.from_numpy(
                    np.stack([sound[s : s + WINDOW] for s in starts.tolist()])
                ).to(device)
                return (net(windows).exp_() @ classes).cpu().numpy()

        threads = thread_count(self.tuning.threads) if device == "cpu" else 1
        return Windows(network, BATCH[device], threads).speech(audio, self.params, run)
