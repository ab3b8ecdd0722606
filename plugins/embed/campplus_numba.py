"""campplus.numba: batches of windows of one length through compiled layers, a batch a thread."""

from __future__ import annotations

from functools import cached_property
from typing import NamedTuple

import numpy as np

from vsat_core.artifacts import Embeddings, Features, Speech
from vsat_core.plugin import Embed, Run
from vsat_plugins._kernels.gemm import WIDE, add_product, linear, packed
from vsat_plugins._kernels.parallel import OnThreads
from vsat_plugins._weights.torch_file import load
from vsat_plugins.embed import CAMPPLUS, WindowParams, campplus_weights as arrays
from vsat_plugins.embed.batching import Network, in_batches
from vsat_plugins.embed.campplus import DIM, N_BINS, STEP_FRAMES, filled, statistics
from vsat_plugins.embed.campplus_jit import (
    ZERO,
    Masked,
    Product,
    Rectified,
    image,
    masked,
    narrow,
    product,
)

BATCH_FRAMES = 600  # 4 windows of 1.5 s: their rows share each panel of weights
BELOW_ALL = np.float32(-np.inf)


class Image(NamedTuple):
    """A 3x3 convolution: weights (3, flat), bias and its stride down the bins."""

    weights: np.ndarray
    bias: np.ndarray
    stride: int


class Residual(NamedTuple):
    """Two of those; `shortcut` are flat weights of width 1, whose bias `second` has."""

    first: Image
    second: Image
    shortcut: np.ndarray | None


class Dense(NamedTuple):
    """A block of densely connected layers, each with `new` channels."""

    dilation: int
    new: int
    layers: list[Masked]
    leave: Rectified


class Weights(NamedTuple):
    """All layers in order."""

    enter: Image
    residuals: list[Residual]
    leave: Image
    tdnn: Product
    blocks: list[Dense]
    dense: Product


def weights_of(given: arrays.Weights) -> Weights:
    """The network's numbers as the compiled functions want them."""
    weight, bias = given.tdnn
    by_tap = weight.reshape(len(weight), len(given.leave.bias), -1, weight.shape[2])
    tdnn = Product(packed(by_tap.transpose(0, 3, 2, 1).reshape(len(weight), -1)), bias)
    return Weights(
        _image(given.enter),
        [_residual(block) for block in given.residuals],
        _image(given.leave, 2),
        tdnn,
        [_dense(block) for block in given.blocks],
        _product(given.dense),
    )


def _product(layer: arrays.Layer) -> Product:
    return Product(packed(layer.weight), layer.bias)


def _image(layer: arrays.Layer, stride: int = 1) -> Image:
    by_bin = layer.weight.transpose(2, 0, 3, 1)
    return Image(np.stack([packed(w.reshape(len(w), -1)) for w in by_bin]), layer.bias, stride)


def _residual(block: arrays.Residual) -> Residual:
    first, second, shortcut = _image(block.first), _image(block.second), None
    if block.shortcut:
        first = first._replace(stride=2)
        second = second._replace(bias=second.bias + block.shortcut.bias)
        shortcut = packed(block.shortcut.weight)
    return Residual(first, second, shortcut)


def _rectified(step: arrays.Rectified) -> Rectified:
    return Rectified(step.low, step.high, _product(step.layer))


def _dense(block: arrays.Dense) -> Dense:
    layers = [
        Masked(
            _rectified(step.enter),
            np.stack([packed(step.local[..., k]) for k in range(3)]),
            Product(packed(step.mask[0].weight, WIDE), step.mask[0].bias),
            _product(step.mask[1]),
        )
        for step in block.layers
    ]
    return Dense(block.dilation, len(block.layers[0].local), layers, _rectified(block.leave))


def convolved(x: np.ndarray, layer: Image, out: np.ndarray | None = None) -> np.ndarray:
    """`image` into zeros, or added to `out`."""
    if out is None:
        rows = -(-len(x) // layer.stride)
        out = np.zeros((rows, x.shape[1], len(layer.bias)), np.float32)
    image(x, layer.weights, layer.bias, layer.stride, out)
    return out


def front(frames: np.ndarray, weights: Weights) -> np.ndarray:
    """One window's frames (n, bins) as (n / 2, channels)."""
    x = np.zeros((frames.shape[1], len(frames) + 2, 1), np.float32)
    x[:, 1:-1, 0] = frames.T
    x = convolved(x, weights.enter)
    for first, second, shortcut in weights.residuals:
        y = convolved(x, first)
        if shortcut is not None:
            begun = np.zeros_like(y)
            narrow(x, shortcut, first.stride, begun)
            x = begun
        x = convolved(y, second, x)
    x = convolved(x, weights.leave)[:, 1:-1]
    rows = np.pad(x.transpose(1, 0, 2).reshape(len(frames), -1), ((2, 2), (0, 0)))
    n, width, (matrix, bias) = (len(frames) + 1) // 2, rows.shape[1], weights.tdnn
    out = np.tile(bias, (n, 1))
    flat = rows.reshape(-1)
    add_product(flat, 0, 2 * width, matrix, 5 * width, out.reshape(-1), 0, len(bias), n)
    return np.maximum(out, 0)


def dense(x: np.ndarray, block: Dense, least: np.float32) -> np.ndarray:
    """A block on (windows, frames, channels), nothing below `least`."""
    windows, frames, n = x.shape
    rows = np.empty((windows * frames, len(block.leave.low)), np.float32)
    rows[:, :n] = x.reshape(-1, n)
    for i, step in enumerate(block.layers):
        masked(rows, step, block.dilation, frames, n + i * block.new, block.new)
    out = np.empty((len(rows), len(block.leave.product.bias)), np.float32)
    product(rows, block.leave, least, out)
    return out.reshape(windows, frames, -1)


def vectors(frames: np.ndarray, weights: Weights) -> np.ndarray:
    """float32 (windows, frames, 80), each window's mean already taken out, to (windows, DIM)."""
    x = np.stack([front(window, weights) for window in frames])
    *blocks, last = weights.blocks
    for block in blocks:
        x = dense(x, block, BELOW_ALL)
    return linear(statistics(dense(x, last, ZERO)), *weights.dense)


class Numba(OnThreads, Embed):
    """Compiled."""

    params: WindowParams

    @cached_property
    def weights(self) -> Weights:
        """The trained network, compiled by a first call."""
        weights = weights_of(arrays.weights_of(load(CAMPPLUS.path())))
        vectors(np.zeros((1, STEP_FRAMES, N_BINS), np.float32), weights)
        return weights

    def prepare(self) -> None:
        """Load the network and compile it."""
        _ = self.weights

    def __call__(self, features: Features, speech: Speech, *, run: Run) -> Embeddings:
        def embed(stack: np.ndarray) -> np.ndarray:
            return vectors(stack, self.weights)

        network = Network(DIM, STEP_FRAMES, BATCH_FRAMES, filled, embed)
        return in_batches(features, speech, self.params, network, self.threads(), run)
