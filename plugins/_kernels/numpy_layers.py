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


def logistic(x: np.ndarray) -> np.ndarray:
    """1 / (1 + exp(-x)), without overflow."""
    return np.float32(0.5) * np.tanh(np.float32(0.5) * x) + np.float32(0.5)


def remembered(sums: np.ndarray, cell: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """One step of an LSTM (Hochreiter and Schmidhuber 1997, with forget gates): its output and its
    new cell, (units,).

    `sums` (4 units,): what enters the gates input, forget, candidate, output, in this order.
    """
    enter, forget, candidate, leave = sums.reshape(4, -1)
    cell = logistic(forget) * cell + logistic(enter) * np.tanh(candidate)
    return logistic(leave) * np.tanh(cell), cell
