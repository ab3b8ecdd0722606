"""Layers of small networks in plain NumPy; float32 throughout."""

from __future__ import annotations

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view


def convolved(x: np.ndarray, weights: np.ndarray, stride: int = 1) -> np.ndarray:
    """x (channels, n) with weights (outputs, channels, taps), nothing padded: (outputs, n - taps +
    1 over stride).
    """
    pieces = sliding_window_view(x, weights.shape[2], axis=1)[:, ::stride]
    return np.tensordot(weights, pieces, ((1, 2), (0, 2)))


def as_rows(weights: np.ndarray) -> np.ndarray:
    """Weights (outputs, channels, taps) as `convolved_rows` takes them: (taps x channels,
    outputs).
    """
    return weights.transpose(2, 1, 0).reshape(-1, len(weights))


def convolved_rows(x: np.ndarray, weights: np.ndarray, taps: int, stride: int = 1) -> np.ndarray:
    """The same for contiguous rows x (..., n, channels) and weights `as_rows`: (..., n - taps + 1
    over stride, outputs), as matrix products that copy nothing.

    The values that an output sees lie side by side, and outputs far enough apart share none: those
    are the rows of one product.
    """
    *batch, n, channels = x.shape
    count, apart = (n - taps) // stride + 1, -(-taps // stride)
    flat = x.reshape(*batch, n * channels)
    rows = sliding_window_view(flat, taps * channels, axis=-1)[..., :: stride * channels, :]
    out = np.empty((*batch, count, weights.shape[1]), np.float32)
    for first in range(min(apart, count)):
        some = (..., slice(first, None, apart), slice(None))
        np.matmul(rows[some], weights, out=out[some])
    return out


def logistic(x: np.ndarray) -> np.ndarray:
    """1 / (1 + exp(-x)), without overflow."""
    return np.float32(0.5) * np.tanh(np.float32(0.5) * x) + np.float32(0.5)


def remembered(sums: np.ndarray, cell: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """One step of an LSTM (Hochreiter and Schmidhuber 1997, with forget gates): its output and its
    new cell, (..., units).

    `sums` (..., 4 units): what enters the gates input, forget, candidate, output, in this order.
    """
    n = cell.shape[-1]
    gates, candidate = logistic(sums), np.tanh(sums[..., 2 * n : 3 * n])  # three gates are used
    cell = gates[..., n : 2 * n] * cell + gates[..., :n] * candidate
    return gates[..., 3 * n :] * np.tanh(cell), cell


def recurrent(
    sums: np.ndarray, again: np.ndarray, hidden: np.ndarray, cell: np.ndarray
) -> tuple[np.ndarray, np.ndarray]:
    """An LSTM over all sequences at once, one step after the other: its outputs (steps, ..., units)
    and its last cell (..., units).

    `sums` (steps, ..., 4 units) are what the steps give to the gates, `again` (units, 4 units) or a
    stack of those what the last output, at first `hidden`, adds.
    """
    out = np.empty((*sums.shape[:-1], hidden.shape[-1]), np.float32)
    for t, given in enumerate(sums):
        hidden, cell = remembered(given + hidden @ again, cell)
        out[t] = hidden
    return out, cell
