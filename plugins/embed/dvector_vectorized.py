"""dvector.vectorized: NumPy, one matrix product a step for all windows of a batch."""

from __future__ import annotations

from functools import cached_property

import numpy as np

from vsat_core.artifacts import Embeddings, Features, Speech
from vsat_core.plugin import Embed, Run
from vsat_plugins._kernels.numpy_layers import recurrent
from vsat_plugins.embed import DVECTOR, DvectorParams
from vsat_plugins.embed.batching import Network, in_batches
from vsat_plugins.embed.dvector import DIM, Weights, load, scaled

BATCH_FRAMES = 5120  # 32 windows of 1.6 s


def embedded(stack: np.ndarray, weights: Weights) -> np.ndarray:
    """float32 (windows, frames, 40) to (windows, DIM)."""
    x = stack.transpose(1, 0, 2)
    begin = np.zeros((len(stack), DIM), np.float32)
    for layer in weights.layers:
        sums = x.reshape(-1, x.shape[2]) @ layer.enter.T + layer.bias
        again = np.ascontiguousarray(layer.again.T)
        x, _ = recurrent(sums.reshape(*x.shape[:2], -1), again, begin, begin)
    return scaled(x[-1] @ weights.project.T + weights.bias)


class Vectorized(Embed):
    """NumPy."""

    params: DvectorParams

    @cached_property
    def weights(self) -> Weights:
        """The trained network."""
        return load(DVECTOR.path())

    def prepare(self) -> None:
        """Load the network."""
        _ = self.weights

    def __call__(self, features: Features, speech: Speech, *, run: Run) -> Embeddings:
        def embed(stack: np.ndarray) -> np.ndarray:
            return embedded(stack, self.weights)

        network = Network(DIM, 1, BATCH_FRAMES, lambda rows: rows, embed)
        return in_batches(features, speech, self.params, network, 1, run)
