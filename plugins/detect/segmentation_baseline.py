"""`segmentation.baseline`: one window at a time through the network in NumPy: the specification.

PyanNet (Bredin and Laurent, "End-to-end speaker segmentation for overlap-aware resegmentation",
Interspeech 2021) with powerset classes (Plaquet and Bredin, Interspeech 2023): sinc filters
(Ravanelli and Bengio, SLT 2018), two more convolutions, four bidirectional LSTM layers, two linear
layers, seven classes.
"""

from __future__ import annotations

from functools import cached_property

import numpy as np

from vsat_core.plugin import NoParams
from vsat_plugins._kernels.numpy_layers import convolved, remembered
from vsat_plugins.detect import SEGMENTATION, SileroParams, silero_baseline
from vsat_plugins.detect.segmentation import WINDOW, Segmentation, activity_of
from vsat_plugins.detect.segmentation_weights import load
from vsat_plugins.detect.silero import Silero

Arrays = dict[str, np.ndarray]


def normalised(x: np.ndarray, scale: np.ndarray, shift: np.ndarray) -> np.ndarray:
    """Every channel of x (channels, n) at mean 0 and variance 1, then scaled and shifted
    (InstanceNorm).
    """
    mean, variance = x.mean(1, keepdims=True), x.var(1, keepdims=True)
    return (x - mean) / np.sqrt(variance + np.float32(1e-5)) * scale[:, None] + shift[:, None]


def pooled(x: np.ndarray) -> np.ndarray:
    """The largest of every three values along time."""
    return x[:, : x.shape[1] // 3 * 3].reshape(len(x), -1, 3).max(2)


def rectified(x: np.ndarray) -> np.ndarray:
    """Leaky ReLU."""
    return np.where(x > 0, x, np.float32(0.01) * x)


def recurrent(x: np.ndarray, w_in: np.ndarray, w_again: np.ndarray, bias: np.ndarray) -> np.ndarray:
    """An LSTM over x (frames, width): (frames, units)."""
    hidden = cell = np.zeros(w_again.shape[1], np.float32)
    out = np.empty((len(x), len(hidden)), np.float32)
    for t, given in enumerate(x @ w_in.T + bias):
        hidden, cell = remembered(given + w_again @ hidden, cell)
        out[t] = hidden
    return out


def scores_of(sound: np.ndarray, w: Arrays) -> np.ndarray:
    """Scores of the seven classes before their softmax, float32 (frames, 7), for one window of
    sound (n,).
    """
    x = normalised(sound[None], w["wave_norm.weight"], w["wave_norm.bias"])
    x = pooled(np.abs(convolved(x, w["filters"], 10)))
    x = rectified(normalised(x, w["norm.0.weight"], w["norm.0.bias"]))
    for k in range(2):
        x = pooled(convolved(x, w[f"conv.{k}.weight"]) + w[f"conv.{k}.bias"][:, None])
        x = rectified(normalised(x, w[f"norm.{k + 1}.weight"], w[f"norm.{k + 1}.bias"]))
    x = x.T
    for layer in range(4):
        ahead, back = (
            (
                w[f"lstm.weight_ih_{k}"],
                w[f"lstm.weight_hh_{k}"],
                w[f"lstm.bias_ih_{k}"] + w[f"lstm.bias_hh_{k}"],
            )
            for k in (f"l{layer}", f"l{layer}_reverse")
        )
        x = np.concatenate([recurrent(x, *ahead), recurrent(x[::-1], *back)[::-1]], 1)
    for k in range(2):
        x = rectified(x @ w[f"linear.{k}.weight"].T + w[f"linear.{k}.bias"])
    return x @ w["classifier.weight"].T + w["classifier.bias"]


class Baseline(Segmentation):
    """One window after the other."""

    @cached_property
    def weights(self) -> Arrays:
        """The trained network."""
        return load(SEGMENTATION.path())

    @cached_property
    def second(self) -> Silero:
        return silero_baseline.Baseline(SileroParams(), NoParams())

    def prepare(self) -> None:
        """Load the network."""
        _ = self.weights

    def activity(self, sound: np.ndarray, starts: np.ndarray) -> np.ndarray:
        scores = [scores_of(sound[s : s + WINDOW], self.weights) for s in starts.tolist()]
        return activity_of(np.stack(scores))
