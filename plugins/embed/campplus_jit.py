"""The network of `campplus` compiled by numba: products by `gemm`, which copies nothing for a
convolution.

Channels are the last axis throughout. Matrices are as `gemm.packed` makes them; those of a
convolution are one for each bin or frame that it sees.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from vsat_plugins._kernels.gemm import ROW_BLOCK, add_product, add_product_of_row, fill
from vsat_plugins._kernels.jit import fused, jit
from vsat_plugins._kernels.lstm import logistic
from vsat_plugins.embed.campplus import CONTEXT

ZERO = np.float32(0)


class Product(NamedTuple):
    """Flat weights and bias (outputs,)."""

    weights: np.ndarray
    bias: np.ndarray


class Rectified(NamedTuple):
    """A product of what is kept between `low` and `high` (channels,)."""

    low: np.ndarray
    high: np.ndarray
    product: Product


class Masked(NamedTuple):
    """One densely connected layer; `local` (3, flat weights)."""

    enter: Rectified
    local: np.ndarray
    first: Product
    second: Product


@fused
def image(x, weights, bias, stride, out):
    """Add a 3x3 convolution of x (bins, frames + 2, channels) to `out` (rows, frames + 2, outputs),
    then rectify it.

    The first and last frame of both are zero; the stride goes down the bins. `weights` (3, flat).
    """
    bins, wide, channels = x.shape
    rows, _, outputs = out.shape
    given, made = x.reshape(-1), out.reshape(-1)
    for i in range(rows):
        at = (i * wide + 1) * outputs
        for k in range(3):
            j = i * stride + k - 1
            if 0 <= j < bins:
                first = j * wide * channels
                depth = 3 * channels
                add_product(given, first, channels, weights[k], depth, made, at, outputs, wide - 2)
        for t in range(1, wide - 1):
            for c in range(outputs):
                out[i, t, c] = max(out[i, t, c] + bias[c], ZERO)


@jit
def narrow(x, weights, stride, out):
    """Add a convolution of width 1 to `out`, arranged as in `image`."""
    _, wide, channels = x.shape
    rows, _, outputs = out.shape
    given, made = x.reshape(-1), out.reshape(-1)
    for i in range(rows):
        first, at = (i * stride * wide + 1) * channels, (i * wide + 1) * outputs
        add_product(given, first, channels, weights, channels, made, at, outputs, wide - 2)


@fused
def product(rows, step, least, out):
    """Of as many channels of `rows` (n, channels or more) as the step takes, none below `least`,
    into `out` (n, outputs).
    """
    channels, outputs = len(step.low), out.shape[1]
    made, kept = out.reshape(-1), np.empty(ROW_BLOCK * channels, np.float32)
    for begin in range(0, len(rows), ROW_BLOCK):
        n = min(ROW_BLOCK, len(rows) - begin)
        for r in range(n):
            row, place = rows[begin + r], kept[r * channels : (r + 1) * channels]
            for c in range(channels):
                place[c] = min(max(row[c], step.low[c]), step.high[c])
            fill(step.product.bias, made, (begin + r) * outputs)
        weights, at = step.product.weights, begin * outputs
        add_product(kept, 0, channels, weights, channels, made, at, outputs, n)
        for i in range(at, at + n * outputs):
            made[i] = max(made[i], least)


@jit
def local(hidden, weights, dilation, frames, out, column):
    """A convolution over the frames of each window of `hidden` (windows x frames, channels) into
    columns of `out`, from `column` on; `weights` (3, flat).
    """
    channels, width = hidden.shape[1], out.shape[1]
    given, made = hidden.reshape(-1), out.reshape(-1)
    for start in range(0, len(hidden), frames):
        for k in range(3):
            shift = (k - 1) * dilation
            first, last = max(0, -shift), min(frames, frames - shift)
            if first < last:
                add_product(
                    given,
                    (start + first + shift) * channels,
                    channels,
                    weights[k],
                    channels,
                    made,
                    (start + first) * width + column,
                    width,
                    last - first,
                )


@fused
def add_mean(rows, out):
    """Add the mean of rows (n, channels) to `out`."""
    total = np.zeros(len(out), np.float32)
    for r in range(len(rows)):
        for c in range(len(out)):
            total[c] += rows[r, c]
    for c in range(len(out)):
        out[c] += total[c] / np.float32(len(rows))


@fused
def mask(hidden, step, out):
    """Scale `out` (frames, new channels) of one window by what the means of its `hidden` (frames,
    channels) say (eq. 1 to 5).
    """
    whole = np.zeros(hidden.shape[1], np.float32)
    add_mean(hidden, whole)
    new = out.shape[1]
    for begin in range(0, len(hidden), CONTEXT):
        context, end = whole.copy(), min(begin + CONTEXT, len(hidden))
        add_mean(hidden[begin:end], context)
        inner, share = step.first.bias.copy(), step.second.bias.copy()
        add_product_of_row(context, 0, step.first.weights, len(context), inner, 0)
        for c in range(len(inner)):
            inner[c] = max(inner[c], ZERO)
        add_product(inner, 0, 0, step.second.weights, len(inner), share, 0, 0, 1)
        for c in range(new):
            share[c] = logistic(share[c])
        for t in range(begin, end):
            for c in range(new):
                out[t, c] *= share[c]


@jit
def masked(rows, step, dilation, frames, column, new):
    """Write `new` columns of `rows` (windows x frames, channels), from `column` on, made of those
    before: one densely connected layer.
    """
    hidden = np.empty((len(rows), len(step.enter.product.bias)), np.float32)
    product(rows, step.enter, ZERO, hidden)
    for r in range(len(rows)):
        for c in range(column, column + new):
            rows[r, c] = ZERO
    local(hidden, step.local, dilation, frames, rows, column)
    for start in range(0, len(rows), frames):
        end = start + frames
        mask(hidden[start:end], step, rows[start:end, column : column + new])
