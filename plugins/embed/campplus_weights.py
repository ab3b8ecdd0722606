"""The network of `campplus` as NumPy arrays arranged for speed; `campplus_baseline` says what it
is.

As in `campplus_net`, batch norms are part of a neighbour's weights. All arrays are float32.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

import numpy as np

from vsat_plugins.embed.campplus import BLOCKS

BN_EPS = 1e-5

State = Mapping[str, np.ndarray]


class Layer(NamedTuple):
    """Weight (outputs, channels, ...) and bias (outputs,)."""

    weight: np.ndarray
    bias: np.ndarray


class Residual(NamedTuple):
    """Two 3x3 convolutions next to a shortcut of width 1; where there is one, it and `first` have a
    stride of 2 down the bins.
    """

    first: Layer
    second: Layer
    shortcut: Layer | None


class Rectified(NamedTuple):
    """Batch norm, rectifier, and a layer of width 1 with the batch norm that follows it (if any):
    x between `low` and `high`, then a product.
    """

    low: np.ndarray
    high: np.ndarray
    layer: Layer


class Masked(NamedTuple):
    """One densely connected layer with context-aware masking."""

    enter: Rectified
    local: np.ndarray  # (outputs, channels, 3)
    mask: tuple[Layer, Layer]


class Dense(NamedTuple):
    """A block of those, then what halves their channels."""

    dilation: int
    layers: list[Masked]
    leave: Rectified


class Weights(NamedTuple):
    """All layers in order."""

    enter: Layer
    residuals: list[Residual]
    leave: Layer
    tdnn: Layer
    blocks: list[Dense]
    dense: Layer


def scale_shift(state: State, name: str) -> tuple[np.ndarray, np.ndarray]:
    """A trained batch norm as x * scale + shift, float64."""
    mean, variance = (
        state[f"{name}.running_{part}"].astype(np.float64) for part in ("mean", "var")
    )
    scale = state.get(f"{name}.weight", np.ones(1)) / np.sqrt(variance + BN_EPS)
    return scale, state.get(f"{name}.bias", np.zeros(1)) - mean * scale


def layer(weight: np.ndarray, bias: np.ndarray) -> Layer:
    """Both in float32."""
    return Layer(weight.astype(np.float32), bias.astype(np.float32))


def folded(state: State, conv: str, norm: str) -> Layer:
    """A convolution with the batch norm that follows it."""
    scale, shift = scale_shift(state, norm)
    weight = state[f"{conv}.weight"]
    return layer(weight * scale.reshape(-1, *[1] * (weight.ndim - 1)), shift)


def rectified(state: State, norm: str, name: str, then: str = "") -> Rectified:
    """A layer of width 1 behind a batch norm and a rectifier, as `campplus_net.Product` derives."""
    scale, shift = scale_shift(state, norm)
    after, bias = scale_shift(state, then) if then else (np.ones(1), np.zeros(1))
    weight = state[f"{name}.weight"][..., 0] * after[:, None]
    flat = scale == 0
    cut = -shift / np.where(flat, 1, scale)
    shift = np.where(flat, np.maximum(shift, 0), shift)
    low, high = np.where(scale > 0, cut, -np.inf), np.where(scale < 0, cut, np.inf)
    made = layer(weight * scale, bias + (weight * shift).sum(1))
    return Rectified(low.astype(np.float32), high.astype(np.float32), made)


def weights_of(state: State) -> Weights:
    """From the arrays of the published network by name."""
    norm = "xvector.tdnn.nonlinear.batchnorm"
    names = [f"head.layer{i}.{j}" for i in (1, 2) for j in (0, 1)]
    then = ("", "", "xvector.out_nonlinear.batchnorm")
    last = folded(state, "xvector.dense.linear", "xvector.dense.nonlinear.batchnorm")
    return Weights(
        folded(state, "head.conv1", "head.bn1"),
        [_residual(state, name) for name in names],
        folded(state, "head.conv2", "head.bn2"),
        folded(state, "xvector.tdnn.linear", norm),
        [_dense(state, b, *BLOCKS[b - 1], then[b - 1]) for b in (1, 2, 3)],
        Layer(last.weight[..., 0], last.bias),
    )


def _residual(state: State, name: str) -> Residual:
    narrows = f"{name}.shortcut.0.weight" in state
    shortcut = folded(state, f"{name}.shortcut.0", f"{name}.shortcut.1") if narrows else None
    if shortcut:
        shortcut = Layer(shortcut.weight[..., 0, 0], shortcut.bias)
    first, second = (folded(state, f"{name}.conv{k}", f"{name}.bn{k}") for k in (1, 2))
    return Residual(first, second, shortcut)


def _dense(state: State, number: int, n_layers: int, dilation: int, then: str) -> Dense:
    names = [f"xvector.block{number}.tdnnd{i}" for i in range(1, n_layers + 1)]
    leave = f"xvector.transit{number}"
    leaving = rectified(state, f"{leave}.nonlinear.batchnorm", f"{leave}.linear", then)
    return Dense(dilation, [_masked(state, name) for name in names], leaving)


def _masked(state: State, name: str) -> Masked:
    norms = [f"{name}.nonlinear{k}.batchnorm" for k in (1, 2)]
    cam = f"{name}.cam_layer"
    first, second = (
        layer(state[f"{cam}.linear{k}.weight"][..., 0], state[f"{cam}.linear{k}.bias"])
        for k in (1, 2)
    )
    local = state[f"{cam}.linear_local.weight"]
    return Masked(rectified(state, norms[0], f"{name}.linear1", norms[1]), local, (first, second))
