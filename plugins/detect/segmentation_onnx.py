"""`segmentation.onnx`: several windows through the network of onnxruntime in one call, and a call
on each thread.
"""

from __future__ import annotations

from functools import cached_property

import numpy as np
import onnxruntime

from vsat_core.plugin import NoParams
from vsat_plugins._kernels.parallel import OnThreads
from vsat_plugins._weights.onnx_session import open_session
from vsat_plugins.detect import SEGMENTATION, SileroParams, silero_onnx
from vsat_plugins.detect.segmentation import WINDOW, Segmentation, activity_of
from vsat_plugins.detect.segmentation_graph import segmentation_graph
from vsat_plugins.detect.segmentation_weights import load
from vsat_plugins.detect.silero import Silero

BATCH = 2  # windows a call: more is no faster on a CPU and takes 20 MB a window


class Onnx(OnThreads, Segmentation):
    """Windows that overlap are computed separately, all of a batch in one call."""

    @cached_property
    def session(self) -> onnxruntime.InferenceSession:
        """The trained network."""
        return open_session(segmentation_graph(load(SEGMENTATION.path())))

    @cached_property
    def second(self) -> Silero:
        return silero_onnx.Onnx(SileroParams(), NoParams())

    def prepare(self) -> None:
        """Load the network."""
        _ = self.session

    def batch(self) -> int:
        return BATCH

    def activity(self, sound: np.ndarray, starts: np.ndarray) -> np.ndarray:
        windows = np.stack([sound[s : s + WINDOW] for s in starts.tolist()])
        return activity_of(self.session.run(["scores"], {"sound": windows})[0])
