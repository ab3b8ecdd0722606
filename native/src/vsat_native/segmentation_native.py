"""segmentation.native: the network in C++, six windows at a time, one such batch a thread."""

from __future__ import annotations

from functools import cached_property

import numpy as np

from vsat_core.plugin import NoParams
from vsat_native import _core
from vsat_plugins._kernels.parallel import OnThreads
from vsat_plugins.detect import SEGMENTATION, SileroParams, silero_onnx
from vsat_plugins.detect.segmentation import WINDOW, Segmentation, activity_of
from vsat_plugins.detect.segmentation_weights import load
from vsat_plugins.detect.silero import Silero

BATCH = 6  # windows whose recurrent layers go in step: the rows of a tile


class Native(OnThreads, Segmentation):
    """Windows that overlap are filtered once, and their recurrent layers go in step."""

    @cached_property
    def network(self) -> _core.Network:
        """The trained network."""
        arrays = load(SEGMENTATION.path())
        return _core.Network({k: np.ascontiguousarray(a, np.float32) for k, a in arrays.items()})

    @cached_property
    def second(self) -> Silero:
        return silero_onnx.Onnx(SileroParams(), NoParams())

    def prepare(self) -> None:
        """Load the network."""
        _ = self.network

    def batch(self) -> int:
        return BATCH

    def activity(self, sound: np.ndarray, starts: np.ndarray) -> np.ndarray:
        return activity_of(self.network.scores(sound, starts, WINDOW))
