"""The specification of silero: its network written out in NumPy, one frame after the other."""

from __future__ import annotations

import numpy as np

from vsat_core.artifacts import Audio, Speech
from vsat_core.plugin import NoParams, Run
from vsat_plugins._kernels.numpy_layers import convolved, logistic, remembered
from vsat_plugins.detect import SILERO, SileroParams
from vsat_plugins.detect.silero import (
    BINS,
    FRAME,
    HOP,
    UNITS,
    framed,
    mirrored,
    n_frames,
    speech_from,
)
from vsat_plugins.detect.silero_weights import load

STRIDES = (1, 2, 2, 1)  # of the four convolutions
PROGRESS_FRAMES = 1000


def encoded(frame: np.ndarray, w: dict[str, np.ndarray]) -> np.ndarray:
    """What the convolutions say of one mirrored frame; float32 (UNITS,)."""
    spectrum = convolved(frame[None], w["spectrum"], HOP)
    x = np.sqrt(spectrum[:BINS] ** 2 + spectrum[BINS:] ** 2)
    for k, stride in enumerate(STRIDES, 1):
        around = np.pad(x, ((0, 0), (1, 1)))
        x = np.maximum(convolved(around, w[f"conv{k}"], stride) + w[f"conv{k}.bias"][:, None], 0)
    return x[:, 0]


class Baseline:
    """No two frames at once."""

    def __init__(self, params: SileroParams, tuning: NoParams) -> None:
        self.params, self.tuning = params, tuning
        self._weights: dict[str, np.ndarray] = {}

    def prepare(self) -> None:
        """Load the network."""
        self._weights = self._weights or load(SILERO.path())

    def __call__(self, audio: Audio, *, run: Run) -> Speech:
        """Segments of speech; nobody's voice is known."""
        return speech_from(self.probabilities(audio, run), len(audio.samples), self.params)

    def probabilities(self, audio: Audio, run: Run) -> np.ndarray:
        """Probability of speech in every frame; float32 (n_frames,)."""
        self.prepare()
        w = self._weights
        out = run.array((n_frames(len(audio.samples)),), "float32")
        hidden = cell = np.zeros(UNITS, np.float32)
        for i in range(len(out)):
            x = encoded(mirrored(framed(audio.samples, i, 1))[0], w)
            sums = w["lstm.in"] @ x + w["lstm.again"] @ hidden + w["lstm.bias"]
            hidden, cell = remembered(sums, cell)
            out[i] = logistic(w["final"] @ np.maximum(hidden, 0) + w["final.bias"][0])
            if i % PROGRESS_FRAMES == 0:
                run.progress(i * FRAME)
        run.progress(len(audio.samples))
        return out
