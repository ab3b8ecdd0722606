"""What the techniques of `dvector` share: the weights of three recurrent layers over a window's
frames.

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
    """The network: `project` float32 (DIM, DIM), `bias` float32 (DIM,)."""

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


def scaled(raw: np.ndarray) -> np.ndarray:
    """Rows of float32 (n, DIM) without their negative values, to length 1 where anything is
    left.
    """
    positive = np.maximum(raw, 0)
    length = np.linalg.norm(positive, axis=1, keepdims=True)
    return positive / np.where(length > 0, length, 1)
