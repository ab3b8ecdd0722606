"""`silero.numba`: the network compiled by numba, products by `gemm`, gates by `lstm`.

Convolutions with few columns are one product for each column, all frames of a chunk at once,
without copying: the taps of a column lie side by side, and frames are a fixed number of values
apart.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import cached_property
from typing import NamedTuple

import numpy as np

from vsat_plugins._kernels.gemm import (
    COLUMNS,
    ROW_BLOCK,
    WIDE,
    add_product,
    add_product_of_row,
    fill,
    packed,
)
from vsat_plugins._kernels.jit import fused, jit
from vsat_plugins._kernels.lstm import logistic, step
from vsat_plugins._kernels.parallel import OnThreads
from vsat_plugins.detect import SILERO
from vsat_plugins.detect.silero import BINS, CONTEXT, FRAME, HOP, UNITS, BlockwiseSilero
from vsat_plugins.detect.silero_weights import load

FRAMES = ROW_BLOCK  # encoded at a time, so that what is between the layers stays in the cache
SAMPLES = CONTEXT + FRAME + CONTEXT
SPECTRUM = -(-2 * BINS // COLUMNS) * COLUMNS
HALF = UNITS // 2  # channels of the second and third convolution


class Weights(NamedTuple):
    """Float32; pairs are a matrix as `gemm.packed` makes it and a bias."""

    spectrum: tuple[np.ndarray, np.ndarray]
    convs: list[tuple[np.ndarray, np.ndarray]]
    enter: tuple[np.ndarray, np.ndarray]
    again: np.ndarray
    final: tuple[np.ndarray, np.float32]


def weights_of(w: dict[str, np.ndarray]) -> Weights:
    """The trained numbers as the compiled functions want them."""

    def conv(k: int) -> tuple[np.ndarray, np.ndarray]:
        weight = w[f"conv{k}"].transpose(0, 2, 1)
        if k == 4:  # it sees one column: its other taps only meet padding
            weight = weight[:, 1:2]
        return packed(weight.reshape(len(weight), -1)), w[f"conv{k}.bias"].copy()

    return Weights(
        (packed(w["spectrum"][:, 0]), np.zeros(SPECTRUM, np.float32)),
        [conv(k) for k in range(1, 5)],
        (packed(w["lstm.in"]), w["lstm.bias"]),
        packed(w["lstm.again"], WIDE),
        (w["final"].copy(), w["final.bias"][0]),
    )


@jit
def convolve(given, hop, weights, bias, out, first, columns, rectify):
    """Fill columns first .. first + columns of `out` (frames, all columns x width) from `given`
    (frames, values).

    Each is bias + weights @ the values from its place times `hop`, and not below zero if `rectify`.
    """
    frames, gap = given.shape
    _, row = out.shape
    width = len(bias)
    depth = len(weights) // width
    for j in range(columns):
        at = (first + j) * width
        for r in range(frames):
            fill(bias, out[r], at)
        add_product(
            given.reshape(-1), j * hop, gap, weights, depth, out.reshape(-1), at, row, frames
        )
        if rectify:
            for r in range(frames):
                values = out[r, at : at + width]
                for c in range(width):
                    values[c] = max(values[c], np.float32(0))


@fused
def magnitudes(spectrum, out):
    """Of four columns of real, then imaginary parts (frames, 4 SPECTRUM), into the middle of
    (frames, 6 BINS).
    """
    for r in range(len(out)):
        for j in range(4):
            real = spectrum[r, j * SPECTRUM : j * SPECTRUM + BINS]
            imaginary = spectrum[r, j * SPECTRUM + BINS : j * SPECTRUM + 2 * BINS]
            values = out[r, (j + 1) * BINS : (j + 2) * BINS]
            for c in range(BINS):
                values[c] = np.sqrt(real[c] * real[c] + imaginary[c] * imaginary[c])


@jit
def remember(sums, again, final, bias, hidden, cell, out):
    """Probabilities (n,) of frames whose gates get `sums` (n, 4 UNITS); changes sums and the
    state.
    """
    flat = sums.reshape(-1)
    for t in range(len(out)):
        add_product_of_row(hidden, 0, again, UNITS, flat, t * 4 * UNITS)
        step(sums[t], cell, hidden)
        score = bias
        for u in range(UNITS):
            score += max(hidden[u], np.float32(0)) * final[u]
        out[t] = logistic(score)


def encoded(frames: np.ndarray, weights: Weights) -> np.ndarray:
    """Input of the LSTM's gates without its own output: float32 (n, 4 UNITS), from mirrored
    frames.
    """
    out = np.empty((len(frames), 4 * UNITS), np.float32)
    size = min(FRAMES, len(frames))
    spectrum = np.empty((size, 4 * SPECTRUM), np.float32)
    columns = np.zeros((size, 6 * BINS), np.float32)
    first, second = np.zeros((size, 6 * UNITS), np.float32), np.zeros((size, 4 * HALF), np.float32)
    third, fourth = np.empty((size, HALF), np.float32), np.empty((size, UNITS), np.float32)
    conv1, conv2, conv3, conv4 = weights.convs
    for i in range(0, len(frames), FRAMES):
        n = min(FRAMES, len(frames) - i)
        convolve(frames[i : i + n], HOP, *weights.spectrum, spectrum[:n], 0, 4, False)
        magnitudes(spectrum[:n], columns[:n])
        convolve(columns[:n], BINS, *conv1, first[:n], 1, 4, True)
        convolve(first[:n], 2 * UNITS, *conv2, second[:n], 1, 2, True)
        convolve(second[:n], 0, *conv3, third[:n], 0, 1, True)
        convolve(third[:n], 0, *conv4, fourth[:n], 0, 1, True)
        convolve(fourth[:n], 0, *weights.enter, out[i : i + n], 0, 1, False)
    return out


class Numba(OnThreads, BlockwiseSilero):
    """Blocks of frames encoded on every thread; the LSTM on one."""

    @cached_property
    def weights(self) -> Weights:
        """The trained network."""
        return weights_of(load(SILERO.path()))

    def prepare(self) -> None:
        """Load the network; compile it by a first call."""
        self.memory()(self.encode(np.zeros((1, SAMPLES), np.float32)))

    def encode(self, frames: np.ndarray) -> np.ndarray:
        return encoded(frames, self.weights)

    def memory(self) -> Callable[[np.ndarray], np.ndarray]:
        w, hidden, cell = self.weights, np.zeros(UNITS, np.float32), np.zeros(UNITS, np.float32)

        def probabilities_of(block: np.ndarray) -> np.ndarray:
            out = np.empty(len(block), np.float32)
            remember(block, w.again, *w.final, hidden, cell, out)
            return out

        return probabilities_of
