"""The network of segmentation-3.0 compiled by numba: products by `gemm`, gates by `lstm`.

The sound of all windows is filtered once: their normalisation is a gain and an offset each, which a
filter passes on as the same gain and the offset times the sum of its taps, so that windows that
overlap share the work. What the first pooling keeps of the filtered sound's absolute values is
among the largest and the least of each three.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from vsat_plugins._kernels.gemm import add_product, fill, linear
from vsat_plugins._kernels.jit import fused, jit
from vsat_plugins._kernels.lstm import step

FILTERS, KERNEL, STRIDE, POOL = 80, 251, 10, 3
CHANNELS, TAPS = 60, 5
WIDTH = 64  # columns of CHANNELS outputs, as they are packed
UNITS = 128  # of an LSTM in one direction
CHUNK = 16  # frames whose gates' inputs are computed at a time
BLOCK = 96  # rows of a convolution computed at a time: a multiple of POOL
EPSILON = 1e-5  # of the norms, added to the variance
SLOPE = np.float32(0.01)  # of a rectifier below zero


class Weights(NamedTuple):
    """Float32 arrays: matrices as `gemm.packed` makes them, norms (2, n) of scale and shift, the
    others (n,).
    """

    filters: np.ndarray
    tap_sums: np.ndarray
    norm_sound: np.ndarray
    norms: list[np.ndarray]
    convs: list[np.ndarray]
    conv_bias: list[np.ndarray]
    # layers of (in, again, bias), forwards and backwards
    lstm: list[list[tuple[np.ndarray, np.ndarray, np.ndarray]]]
    linear: list[tuple[np.ndarray, np.ndarray]]


@fused
def filtered(sound, filters):
    """Largest and least of every three outputs of each filter; two float32 (n_triples, FILTERS)."""
    n = ((len(sound) - KERNEL) // STRIDE + 1) // POOL
    high, low = np.empty((n, FILTERS), np.float32), np.empty((n, FILTERS), np.float32)
    rows = np.empty((BLOCK, FILTERS), np.float32)
    for first in range(0, n, BLOCK // POOL):
        count = min(n - first, BLOCK // POOL)
        rows[:] = 0
        add_product(
            sound,
            first * POOL * STRIDE,
            STRIDE,
            filters,
            KERNEL,
            rows.reshape(-1),
            0,
            FILTERS,
            count * POOL,
        )
        for t in range(count):
            for c in range(FILTERS):
                x, y, z = rows[3 * t, c], rows[3 * t + 1, c], rows[3 * t + 2, c]
                high[first + t, c] = max(max(x, y), z)
                low[first + t, c] = min(min(x, y), z)
    return high, low


@jit
def moments(values):
    """Mean and variance of every column; two float64 (columns,)."""
    total, squares = np.zeros(values.shape[1]), np.zeros(values.shape[1])
    for t in range(len(values)):
        for c in range(values.shape[1]):
            v = np.float64(values[t, c])
            total[c] += v
            squares[c] += v * v
    mean = total / len(values)
    return mean, np.maximum(squares / len(values) - mean * mean, 0)


@fused
def normalise(values, norm):
    """Bring every column to mean 0 and variance 1, scale and shift it by `norm` (2, columns), and
    rectify it.
    """
    mean, variance = moments(values)
    gain = (norm[0] / np.sqrt(variance + EPSILON)).astype(np.float32)
    shift = (norm[1] - mean * gain).astype(np.float32)
    for t in range(len(values)):
        for c in range(values.shape[1]):
            v = values[t, c] * gain[c] + shift[c]
            values[t, c] = max(v, SLOPE * v)


@fused
def pooled(values, weights, bias):
    """The largest of every three outputs of a convolution over `values` (n, width); float32
    (n_triples, CHANNELS).
    """
    width = values.shape[1]
    n = (len(values) - TAPS + 1) // POOL
    out = np.empty((n, CHANNELS), np.float32)
    rows = np.empty((BLOCK, WIDTH), np.float32)
    flat = values.reshape(-1)
    for first in range(0, n, BLOCK // POOL):
        count = min(n - first, BLOCK // POOL)
        rows[:] = 0
        add_product(
            flat,
            first * POOL * width,
            width,
            weights,
            TAPS * width,
            rows.reshape(-1),
            0,
            WIDTH,
            count * POOL,
        )
        for t in range(count):
            for c in range(CHANNELS):
                largest = max(max(rows[3 * t, c], rows[3 * t + 1, c]), rows[3 * t + 2, c])
                out[first + t, c] = largest + bias[c]
    return out


@fused
def loudest(high, low, gain, offset, out):
    """The largest absolute value of `low` .. `high` times `gain` and moved by `offset`
    (FILTERS,).
    """
    for t in range(len(out)):
        for c in range(FILTERS):
            out[t, c] = max(abs(high[t, c] * gain + offset[c]), abs(low[t, c] * gain + offset[c]))


@fused
def one_way(given, width, w_in, w_again, bias, out, column, windows, backwards):
    """An LSTM over flat `given` (frames, windows, width), forwards or backwards.

    Writes UNITS columns from `column` of flat `out` (frames, windows, 2 UNITS).
    """
    frames, row, wide = len(given) // (windows * width), 4 * UNITS, 2 * UNITS
    cell = np.zeros(windows * UNITS, np.float32)
    sums = np.empty(CHUNK * windows * row, np.float32)
    for done in range(0, frames, CHUNK):
        n = min(CHUNK, frames - done)
        first = frames - done - n if backwards else done
        for i in range(n * windows):
            fill(bias, sums, i * row)
        add_product(given, first * windows * width, width, w_in, width, sums, 0, row, n * windows)
        for i in range(n):
            k = n - 1 - i if backwards else i
            now = (first + k) * windows * wide + column
            past = now + windows * wide if backwards else now - windows * wide
            if done + i > 0:
                add_product(out, past, wide, w_again, UNITS, sums, k * windows * row, row, windows)
            for b in range(windows):
                s = (k * windows + b) * row
                step(
                    sums[s : s + row],
                    cell[b * UNITS : (b + 1) * UNITS],
                    out[now + b * wide : now + b * wide + UNITS],
                )


def front(sound: np.ndarray, high: np.ndarray, low: np.ndarray, weights: Weights) -> np.ndarray:
    """One window's features, float32 (frames, CHANNELS), from its sound and what the filters gave
    for it.
    """
    mean, variance = moments(sound.reshape(-1, 1))
    gain = weights.norm_sound[0, 0] / np.sqrt(variance[0] + EPSILON)
    offset = ((weights.norm_sound[1, 0] - mean[0] * gain) * weights.tap_sums).astype(np.float32)
    values = np.empty(high.shape, np.float32)
    loudest(high, low, np.float32(gain), offset, values)
    normalise(values, weights.norms[0])
    for k in range(2):
        values = pooled(values, weights.convs[k], weights.conv_bias[k])
        normalise(values, weights.norms[k + 1])
    return values


def layers(features: np.ndarray, weights: Weights) -> np.ndarray:
    """Four bidirectional LSTM layers over (frames, windows, CHANNELS); float32 (frames, windows, 2
    UNITS).
    """
    frames, windows, _ = features.shape
    given = features
    for ways in weights.lstm:
        out = np.empty((frames, windows, 2 * UNITS), np.float32)
        for backwards, (w_in, w_again, bias) in enumerate(ways):
            one_way(
                given.reshape(-1),
                given.shape[2],
                w_in,
                w_again,
                bias,
                out.reshape(-1),
                backwards * UNITS,
                windows,
                backwards == 1,
            )
        given = out
    return given


def scores(sound: np.ndarray, starts: np.ndarray, length: int, weights: Weights) -> np.ndarray:
    """Scores of the classes for windows of `length` samples: float32 (windows, frames, classes),
    before the softmax.

    `starts` int64, ascending: where in `sound` each window begins; multiples of STRIDE x POOL.
    """
    high, low = filtered(sound, weights.filters)
    n = ((length - KERNEL) // STRIDE + 1) // POOL
    features = []
    for start in starts.tolist():
        frames = slice(start // (STRIDE * POOL), start // (STRIDE * POOL) + n)
        window = sound[start : start + length]
        features.append(front(window, high[frames], low[frames], weights))
    values = layers(np.stack(features, axis=1), weights)
    frames, windows, width = values.shape
    values = values.reshape(-1, width)
    for matrix, bias in weights.linear[:-1]:
        values = linear(values, matrix, bias)
        values = np.maximum(values, SLOPE * values)
    values = linear(values, *weights.linear[-1])
    return np.ascontiguousarray(values.reshape(frames, windows, -1).transpose(1, 0, 2))
