"""dvector.baseline: one window and one frame at a time."""

from __future__ import annotations

import numpy as np

from vsat_core.artifacts import Embeddings, Features, Speech
from vsat_core.plugin import Embed, Run
from vsat_plugins.embed import DVECTOR, DvectorParams
from vsat_plugins.embed.dvector import DIM, Layer, Weights, load, scaled
from vsat_plugins.embed.rows import embeddings_of
from vsat_plugins.embed.windows import one_by_one


def sigmoid(x: np.ndarray) -> np.ndarray:
    """1 / (1 + exp(-x)) for any x."""
    return 0.5 + 0.5 * np.tanh(0.5 * x)


def recurrent(layer: Layer, frames: np.ndarray) -> np.ndarray:
    """The states of a layer, one for each frame: (n_frames, DIM)."""
    state, cell = np.zeros(DIM, np.float32), np.zeros(DIM, np.float32)
    states = np.empty((len(frames), DIM), np.float32)
    for t, frame in enumerate(frames):
        enter, forget, new, leave = np.split(
            layer.enter @ frame + layer.again @ state + layer.bias, 4
        )
        cell = sigmoid(forget) * cell + sigmoid(enter) * np.tanh(new)
        state = sigmoid(leave) * np.tanh(cell)
        states[t] = state
    return states


class Baseline(Embed):
    """The specification."""

    params: DvectorParams
    _weights: Weights | None = None

    def prepare(self) -> None:
        """Load the weights."""
        self.weights()

    def weights(self) -> Weights:
        """The weights, loaded once."""
        self._weights = self._weights or load(DVECTOR.path())
        return self._weights

    def __call__(self, features: Features, speech: Speech, *, run: Run) -> Embeddings:
        weights = self.weights()

        def vector_of(x: np.ndarray) -> np.ndarray:
            for layer in weights.layers:
                x = recurrent(layer, x)
            return scaled((weights.project @ x[-1] + weights.bias)[None])[0]

        windows, vectors = one_by_one(features, speech, self.params, vector_of, run)
        return embeddings_of(features, windows, np.array(vectors, np.float32).reshape(-1, DIM))
