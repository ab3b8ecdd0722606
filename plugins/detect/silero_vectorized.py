"""`silero.vectorized`: NumPy, the convolutions of all frames of a block at once; what is left to go
frame by frame is the step of the LSTM.

A frame has so few columns that a convolution is one product for each of them, as in `silero_numba`.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import cached_property

import numpy as np

from vsat_plugins._kernels.numpy_layers import as_rows, logistic, recurrent
from vsat_plugins.detect import SILERO
from vsat_plugins.detect.silero import BINS, HOP, TAPS, UNITS, BlockwiseSilero
from vsat_plugins.detect.silero_baseline import STRIDES
from vsat_plugins.detect.silero_weights import load


def convolved(x: np.ndarray, weights: np.ndarray, bias: np.ndarray, stride: int) -> np.ndarray:
    """x (frames, columns, channels), a column of zeros put at either end, with weights (outputs,
    channels, taps), rectified: (frames, columns over stride, outputs).
    """
    padded = np.pad(x, ((0, 0), (1, 1), (0, 0)))
    taps, rows = weights.shape[2], as_rows(weights)
    firsts = range(0, padded.shape[1] - taps + 1, stride)
    pieces = (padded[:, first : first + taps].reshape(len(x), -1) for first in firsts)
    return np.maximum(np.stack([piece @ rows for piece in pieces], 1) + bias, 0)


class Vectorized(BlockwiseSilero):
    """NumPy."""

    @cached_property
    def weights(self) -> dict[str, np.ndarray]:
        """The trained network."""
        return load(SILERO.path())

    def prepare(self) -> None:
        """Load the network."""
        _ = self.weights

    def threads(self) -> int:
        return 1

    def encode(self, frames: np.ndarray) -> np.ndarray:
        """What a block gives to the LSTM's gates, float32 (n, 4 UNITS)."""
        w = self.weights
        firsts = range(0, frames.shape[1] - TAPS + 1, HOP)
        columns = [frames[:, first : first + TAPS] @ w["spectrum"][:, 0].T for first in firsts]
        spectrum = np.stack(columns, 1)
        x = np.sqrt(spectrum[..., :BINS] ** 2 + spectrum[..., BINS:] ** 2)
        for k, stride in enumerate(STRIDES, 1):
            x = convolved(x, w[f"conv{k}"], w[f"conv{k}.bias"], stride)
        return x[:, 0] @ w["lstm.in"].T + w["lstm.bias"]

    def memory(self) -> Callable[[np.ndarray], np.ndarray]:
        w, hidden, cell = self.weights, np.zeros(UNITS, np.float32), np.zeros(UNITS, np.float32)
        again = np.ascontiguousarray(w["lstm.again"].T)

        def remember(block: np.ndarray) -> np.ndarray:
            nonlocal hidden, cell
            states, cell = recurrent(block, again, hidden, cell)
            hidden = states[-1]
            return logistic(np.maximum(states, 0) @ w["final"] + w["final.bias"])

        return remember
