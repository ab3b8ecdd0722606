"""The specification of d-vectors: three recurrent layers over a window's frames, one window and one
frame at a time.

Wan et al., "Generalized end-to-end loss for speaker verification", ICASSP 2018: the last state of
an LSTM (Hochreiter and Schmidhuber 1997, with forget gates), projected, rectified and scaled to
length 1. Weights by Resemblyzer (Apache-2.0), which trained them on windows of 1.6 s, scaled up to
-30 dBFS where quieter; `enhance` sees to the level.
"""

from __future__ import annotations

from pathlib import Path

import attrs
import numpy as np
import torch

from vsat_core.artifacts import Embeddings, Features, Speech
from vsat_core.plugin import NoParams, Run
from vsat_plugins.embed import DVECTOR, DvectorParams
from vsat_plugins.embed.windows import Lengths, Piece, embeddings_of, windows_of

DIM = 256
LAYERS = 3


@attrs.frozen
class Layer:
    """Weights of one recurrent layer for the gates input, forget, cell, output; float32 (4 * DIM,
    n), (4 * DIM,).
    """

    enter: np.ndarray
    again: np.ndarray
    bias: np.ndarray


@attrs.frozen
class Weights:
    """The whole network: `project` float32 (DIM, DIM), `bias` float32 (DIM,)."""

    layers: tuple[Layer, ...]
    project: np.ndarray
    bias: np.ndarray


def load(path: Path) -> Weights:
    """The trained weights (a dictionary of tensors under the key model_state)."""
    saved = torch.load(path, map_location="cpu", weights_only=True)["model_state"]
    state = {name: tensor.numpy() for name, tensor in saved.items()}
    layers = [
        Layer(
            state[f"lstm.weight_ih_l{k}"],
            state[f"lstm.weight_hh_l{k}"],
            state[f"lstm.bias_ih_l{k}"] + state[f"lstm.bias_hh_l{k}"],
        )
        for k in range(LAYERS)
    ]
    return Weights(tuple(layers), state["linear.weight"], state["linear.bias"])


def frames_of(features: Features, pieces: list[Piece]) -> np.ndarray:
    """A window's frames, float32 (n, 40); n may be 0."""
    return np.concatenate([features.rows(p.start, p.end) for p in pieces])


def scaled(raw: np.ndarray) -> np.ndarray:
    """Rows of float32 (n, DIM) without their negative values, to length 1 where anything is
    left.
    """
    positive = np.maximum(raw, 0)
    length = np.linalg.norm(positive, axis=1, keepdims=True)
    return positive / np.where(length > 0, length, 1)


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


class Baseline:
    """One window after the other."""

    def __init__(self, params: DvectorParams, tuning: NoParams) -> None:
        self.params, self.tuning = params, tuning
        self._weights: Weights | None = None

    def prepare(self) -> None:
        """Load the weights."""
        self._loaded()

    def _loaded(self) -> Weights:
        self._weights = self._weights or load(DVECTOR.path())
        return self._weights

    def __call__(self, features: Features, speech: Speech, *, run: Run) -> Embeddings:
        """One vector a window; it stands in one row for every segment the window has a piece of."""
        weights = self._loaded()
        windows = windows_of(speech, Lengths.of(self.params))
        heard: list[list[Piece]] = []
        vectors = run.array((len(windows), DIM), "float32")
        for window in windows:
            x = frames_of(features, window)
            if len(x):
                for layer in weights.layers:
                    x = recurrent(layer, x)
                vectors[len(heard)] = scaled((weights.project @ x[-1] + weights.bias)[None])[0]
                heard.append(window)
            run.progress(window[-1].end)
        return embeddings_of(heard, vectors[: len(heard)])
