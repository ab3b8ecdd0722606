"""`segmentation.vectorized`: NumPy, several windows at once, whose recurrent layers go in step.

The sound of all windows is filtered once, as `segmentation_jit` explains.
"""

from __future__ import annotations

from functools import cached_property

import numpy as np

from vsat_core.plugin import NoParams
from vsat_plugins._kernels.numpy_layers import as_rows, convolved_rows, recurrent
from vsat_plugins.detect import SEGMENTATION, SileroParams, silero_vectorized
from vsat_plugins.detect.segmentation import WINDOW, Segmentation, activity_of
from vsat_plugins.detect.segmentation_baseline import Arrays, rectified
from vsat_plugins.detect.segmentation_weights import KERNEL, load
from vsat_plugins.detect.silero import Silero

# windows; with more, BLAS would share the product of a step among threads, whose waiting for each
# other takes longer than the product
BATCH = 4
STRIDE, POOL, UNITS = 10, 3, 128


def gain_and_offset(x: np.ndarray, w: Arrays, norm: str) -> tuple[np.ndarray, np.ndarray]:
    """What brings every column of x (n, channels) to mean 0 and variance 1, scaled and shifted
    (InstanceNorm), by a product and a sum: two float32 (channels,).
    """
    mean = x.mean(0, dtype=np.float64)
    variance = np.square(x - mean.astype(np.float32)).mean(0, dtype=np.float64)
    gain = w[f"{norm}.weight"] / np.sqrt(variance + 1e-5)
    return gain.astype(np.float32), (w[f"{norm}.bias"] - mean * gain).astype(np.float32)


def normalised(x: np.ndarray, w: Arrays, norm: str) -> np.ndarray:
    """Normalised and rectified."""
    gain, offset = gain_and_offset(x, w, norm)
    return rectified(x * gain + offset)


def triples(x: np.ndarray) -> np.ndarray:
    """Every three rows of x (n, channels): (n / 3, 3, channels)."""
    return x[: len(x) // POOL * POOL].reshape(-1, POOL, x.shape[1])


def filtered(sound: np.ndarray, w: Arrays) -> tuple[np.ndarray, np.ndarray]:
    """Largest and least of every three outputs of each filter; two float32 (n_triples, 80)."""
    made = triples(convolved_rows(sound[:, None], as_rows(w["filters"]), KERNEL, STRIDE))
    return made.max(1), made.min(1)


def front(sound: np.ndarray, high: np.ndarray, low: np.ndarray, w: Arrays) -> np.ndarray:
    """One window's features, float32 (frames, 60), from its sound and what the filters gave."""
    gain, offset = gain_and_offset(sound[:, None], w, "wave_norm")
    offset = offset * w["filters"].sum((1, 2))
    x = np.maximum(np.abs(high * gain + offset), np.abs(low * gain + offset))
    x = normalised(x, w, "norm.0")
    for k in range(2):
        x = convolved_rows(x, as_rows(w[f"conv.{k}.weight"]), w[f"conv.{k}.weight"].shape[2])
        x = normalised(triples(x).max(1) + w[f"conv.{k}.bias"], w, f"norm.{k + 1}")
    return x


def both_ways(x: np.ndarray, w: Arrays, layer: int) -> np.ndarray:
    """A bidirectional LSTM layer over x (frames, windows, width): (frames, windows, 2 UNITS)."""

    def stacked(what: str) -> np.ndarray:
        return np.stack([w[f"lstm.{what}_l{layer}{way}"] for way in ("", "_reverse")])

    frames, windows, width = x.shape
    bias = (stacked("bias_ih") + stacked("bias_hh")).reshape(-1)
    sums = x.reshape(-1, width) @ stacked("weight_ih").reshape(-1, width).T + bias
    sums = sums.reshape(frames, windows, 2, -1)
    in_order = np.stack([sums[:, :, 0], sums[::-1, :, 1]], 1)
    again = np.ascontiguousarray(stacked("weight_hh").transpose(0, 2, 1))
    begin = np.zeros((2, windows, UNITS), np.float32)
    out, _ = recurrent(in_order, again, begin, begin)
    return np.concatenate([out[:, 0], out[::-1, 1]], 2)


def scores(sound: np.ndarray, starts: np.ndarray, length: int, w: Arrays) -> np.ndarray:
    """Scores of the classes before their softmax, float32 (windows, frames, 7), of windows of
    `length` samples that begin at `starts`, int64, multiples of STRIDE x POOL.
    """
    high, low = filtered(sound, w)
    n, features = ((length - KERNEL) // STRIDE + 1) // POOL, []
    for start in starts.tolist():
        frames = slice(start // (STRIDE * POOL), start // (STRIDE * POOL) + n)
        features.append(front(sound[start : start + length], high[frames], low[frames], w))
    x = np.stack(features, 1)
    for layer in range(4):
        x = both_ways(x, w, layer)
    for k in range(2):
        x = rectified(x @ w[f"linear.{k}.weight"].T + w[f"linear.{k}.bias"])
    x = x @ w["classifier.weight"].T + w["classifier.bias"]
    return x.transpose(1, 0, 2)


class Vectorized(Segmentation):
    """Windows that overlap are filtered once, and their recurrent layers go in step."""

    @cached_property
    def weights(self) -> Arrays:
        """The trained network."""
        return load(SEGMENTATION.path())

    @cached_property
    def second(self) -> Silero:
        return silero_vectorized.Vectorized(SileroParams(), NoParams())

    def prepare(self) -> None:
        """Load the network."""
        _ = self.weights

    def batch(self) -> int:
        return BATCH

    def activity(self, sound: np.ndarray, starts: np.ndarray) -> np.ndarray:
        return activity_of(scores(sound, starts, WINDOW, self.weights))
