"""campplus.vectorized: NumPy, batches of windows of one length, a layer is a few matrix products.

Channels are the last axis throughout, so that what a convolution sees lies side by side.
"""

from __future__ import annotations

from functools import cached_property

import numpy as np

from vsat_core.artifacts import Embeddings, Features, Speech
from vsat_core.plugin import Embed, Run
from vsat_plugins._kernels.numpy_layers import convolved_rows, logistic
from vsat_plugins._weights.torch_file import load
from vsat_plugins.embed import CAMPPLUS, WindowParams
from vsat_plugins.embed.batching import Network, in_batches
from vsat_plugins.embed.campplus import CONTEXT, DIM, STEP_FRAMES, filled, statistics
from vsat_plugins.embed.campplus_weights import (
    Dense,
    Layer,
    Masked,
    Rectified,
    Residual,
    Weights,
    weights_of,
)

BATCH_FRAMES = 600  # 4 windows of 1.5 s: more is no faster


def rectify(x: np.ndarray) -> np.ndarray:
    """In place."""
    return np.maximum(x, 0, out=x)


def image(x: np.ndarray, layer: Layer, stride: int = 1) -> np.ndarray:
    """A 3x3 convolution of x (windows, bins, frames, channels), zeros around it; the stride goes
    down the bins.

    Each bin and its two neighbours are brought together; three frames of those are neighbours
    already, and all windows make one long row.
    """
    windows, bins, frames, channels = x.shape
    rows = -(-bins // stride)
    flat = np.zeros((windows * rows * (frames + 2) + 2, 3 * channels), np.float32)
    near = flat[:-2].reshape(windows, rows, frames + 2, 3, channels)[:, :, 1:-1]
    above = x[:, 1::stride]
    near[:, 1:, :, 0] = x[:, stride - 1 :: stride][:, : rows - 1]
    near[:, :, :, 1] = x[:, ::stride]
    near[:, : above.shape[1], :, 2] = above
    out = convolved_rows(flat, layer.weight.transpose(3, 2, 1, 0).reshape(9 * channels, -1), 3)
    out += layer.bias
    return out.reshape(windows, rows, frames + 2, -1)[:, :, :frames]


def residual(x: np.ndarray, block: Residual) -> np.ndarray:
    """Two convolutions next to a shortcut."""
    stride = 2 if block.shortcut else 1
    y = image(rectify(image(x, block.first, stride)), block.second)
    y += x[:, ::stride] @ block.shortcut.weight.T + block.shortcut.bias if block.shortcut else x
    return rectify(y)


def front(frames: np.ndarray, weights: Weights) -> np.ndarray:
    """(windows, frames, bins) to (windows, frames / 2, channels)."""
    x = rectify(image(frames.transpose(0, 2, 1)[..., None], weights.enter))
    for block in weights.residuals:
        x = residual(x, block)
    x = rectify(image(x, weights.leave, 2))
    windows, bins, n, channels = x.shape
    rows = np.zeros((windows, n + 4, bins * channels), np.float32)
    rows[:, 2:-2] = x.transpose(0, 2, 1, 3).reshape(windows, n, -1)
    weight, bias = weights.tdnn
    taps = weight.reshape(len(weight), channels, bins, -1).transpose(3, 2, 1, 0)
    out = convolved_rows(rows, taps.reshape(-1, len(weight)), len(taps), stride=2)
    return rectify(out + bias)


def product(x: np.ndarray, step: Rectified) -> np.ndarray:
    """(rows, channels) to (rows, outputs)."""
    kept = np.maximum(x, step.low)
    if np.isfinite(step.high).any():
        np.minimum(kept, step.high, out=kept)
    out = kept @ step.layer.weight.T
    out += step.layer.bias
    return out


def masked(x: np.ndarray, step: Masked, dilation: int, frames: int) -> np.ndarray:
    """The new channels of x (windows x frames, channels): (windows, frames, outputs)."""
    hidden = rectify(product(x, step.enter))
    outputs, channels, _ = step.local.shape
    taps = step.local.transpose(1, 2, 0).reshape(channels, -1)
    before, out, after = (hidden @ taps).reshape(-1, frames, 3, outputs).transpose(2, 0, 1, 3)
    out[:, dilation:] += before[:, :-dilation]
    out[:, :-dilation] += after[:, dilation:]
    return out * mask(hidden.reshape(-1, frames, channels), step.mask)


def mask(hidden: np.ndarray, layers: tuple[Layer, Layer]) -> np.ndarray:
    """The share of each new channel to keep: (windows, frames, outputs)."""
    frames = hidden.shape[1]
    begins = np.arange(0, frames, CONTEXT)
    counts = np.diff(begins, append=frames)
    sums = np.add.reduceat(hidden, begins, axis=1)
    context = sums.sum(1, keepdims=True) / np.float32(frames)
    context = context + sums / counts[:, None].astype(np.float32)
    (first, first_bias), (second, second_bias) = layers
    context = rectify(context @ first.T + first_bias)
    return np.repeat(logistic(context @ second.T + second_bias), counts, axis=1)


def dense(x: np.ndarray, block: Dense) -> np.ndarray:
    """A block of densely connected layers on (windows, frames, channels)."""
    windows, frames, n = x.shape
    new = len(block.layers[0].local)
    grown = np.empty((windows, frames, n + new * len(block.layers)), np.float32)
    grown[..., :n] = x
    rows = grown.reshape(windows * frames, -1)
    for step in block.layers:
        grown[..., n : n + new] = masked(rows[:, :n], step, block.dilation, frames)
        n += new
    return product(rows, block.leave).reshape(windows, frames, -1)


def vectors(frames: np.ndarray, weights: Weights) -> np.ndarray:
    """float32 (windows, frames, 80), each window's mean already taken out, to (windows, DIM)."""
    x = front(frames, weights)
    for block in weights.blocks:
        x = dense(x, block)
    return statistics(rectify(x)) @ weights.dense.weight.T + weights.dense.bias


class Vectorized(Embed):
    """NumPy."""

    params: WindowParams

    @cached_property
    def weights(self) -> Weights:
        """The trained network."""
        return weights_of(load(CAMPPLUS.path()))

    def prepare(self) -> None:
        """Load the network."""
        _ = self.weights

    def __call__(self, features: Features, speech: Speech, *, run: Run) -> Embeddings:
        def embed(stack: np.ndarray) -> np.ndarray:
            return vectors(stack, self.weights)

        network = Network(DIM, STEP_FRAMES, BATCH_FRAMES, filled, embed)
        return in_batches(features, speech, self.params, network, 1, run)
