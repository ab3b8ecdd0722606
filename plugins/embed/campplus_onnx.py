"""`campplus.onnx`: several windows of one length through the network of onnxruntime in one call."""

from __future__ import annotations

from functools import cached_property

import numpy as np
import onnxruntime

from vsat_core.artifacts import Embeddings, Features, Speech
from vsat_core.contract.threads import thread_count
from vsat_core.plugin import Embed, Run, Threads
from vsat_plugins._weights.onnx_session import open_session
from vsat_plugins._weights.torch_file import load
from vsat_plugins.embed import CAMPPLUS, WindowParams
from vsat_plugins.embed.batching import Network, in_batches
from vsat_plugins.embed.campplus import CONTEXT, DIM, STEP_FRAMES, filled
from vsat_plugins.embed.campplus_graph import campplus_graph

BATCH_FRAMES = 1200  # 8 windows of 1.5 s: the activations of a layer stay in a core's cache


class Onnx(Embed):
    """The graph of `campplus_graph`, without PyTorch."""

    params: WindowParams
    tuning: Threads

    @cached_property
    def session(self) -> onnxruntime.InferenceSession:
        """The trained network for windows of usual length."""
        return open_session(campplus_graph(load(CAMPPLUS.path()), long=False))

    @cached_property
    def long_session(self) -> onnxruntime.InferenceSession:
        """The same for windows of any length."""
        return open_session(campplus_graph(load(CAMPPLUS.path()), long=True))

    def is_long(self, n_frames: int) -> bool:
        """Whether windows of so many frames need the graph for long ones."""
        return n_frames > 2 * CONTEXT

    def prepare(self) -> None:
        """Load the network."""
        _ = self.long_session if self.is_long(round(self.params.window_s * 100)) else self.session

    def embed(self, stack: np.ndarray) -> np.ndarray:
        """float32 (windows, frames, 80) to (windows, 192)."""
        session = self.long_session if self.is_long(stack.shape[1]) else self.session
        return np.asarray(session.run(["vectors"], {"frames": stack})[0])

    def __call__(self, features: Features, speech: Speech, *, run: Run) -> Embeddings:
        network = Network(DIM, STEP_FRAMES, BATCH_FRAMES, filled, self.embed)
        threads = thread_count(self.tuning.threads)
        return in_batches(features, speech, self.params, network, threads, run)
