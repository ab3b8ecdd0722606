"""`silero.baseline`: the network in NumPy, one frame after the other: the specification."""

from __future__ import annotations

from functools import cached_property

import numpy as np

from vsat_plugins._kernels.numpy_layers import convolved, logistic, remembered
from vsat_plugins.detect import SILERO
from vsat_plugins.detect.silero import BINS, FRAME, HOP, UNITS, Progress, Silero, framed, mirrored
from vsat_plugins.detect.silero_weights import load

STRIDES = (1, 2, 2, 1)  # of the four convolutions
PROGRESS_FRAMES = 1000


def encoded(frame: np.ndarray, w: dict[str, np.ndarray]) -> np.ndarray:
    """Output of the convolutions for one mirrored frame; float32 (UNITS,)."""
    spectrum = convolved(frame[None], w["spectrum"], HOP)
    x = np.sqrt(spectrum[:BINS] ** 2 + spectrum[BINS:] ** 2)
    for k, stride in enumerate(STRIDES, 1):
        around = np.pad(x, ((0, 0), (1, 1)))
        x = np.maximum(convolved(around, w[f"conv{k}"], stride) + w[f"conv{k}.bias"][:, None], 0)
    return x[:, 0]


class Baseline(Silero):
    """No two frames at once."""

    @cached_property
    def weights(self) -> dict[str, np.ndarray]:
        """The trained network."""
        return load(SILERO.path())

    def prepare(self) -> None:
        """Load the network."""
        _ = self.weights

    def probabilities(self, samples: np.ndarray, out: np.ndarray, progress: Progress) -> None:
        w = self.weights
        hidden = cell = np.zeros(UNITS, np.float32)
        for i in range(len(out)):
            x = encoded(mirrored(framed(samples, i, 1))[0], w)
            sums = w["lstm.in"] @ x + w["lstm.again"] @ hidden + w["lstm.bias"]
            hidden, cell = remembered(sums, cell)
            out[i] = logistic(w["final"] @ np.maximum(hidden, 0) + w["final.bias"][0])
            if i % PROGRESS_FRAMES == 0:
                progress(i * FRAME)
        progress(len(samples))
