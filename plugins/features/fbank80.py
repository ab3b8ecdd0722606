"""fbank80: the log mel filter bank that CAM++ was trained on, as Kaldi computes it.

80 bins from 20 Hz to 8 kHz; windows of 400 samples every 160, only those that fit into a spoken
span; each loses its mean, is pre-emphasised by 0.97, shaped by Povey's window (Hann to the power
0.85) and goes through a 512-point power spectrum; no dither (Kaldi, feat/feature-window.cc and
feat/feature-fbank.cc). Samples stay within -1..1 as 3D-Speaker trained with, not Kaldi's
-32768..32767: that shifts all bins by one constant, which the mean subtraction in `embed` takes
out, but it decides where the floor of the logarithm (the float32 epsilon) cuts: here about -69 dB
of power.
"""

from __future__ import annotations

import numpy as np

from vsat_core.artifacts import Audio, Features, Speech
from vsat_core.plugin import NoParams, Run
from vsat_plugins.features.frontend import FrontEnd
from vsat_plugins.features.mel import kaldi_filters
from vsat_plugins.features.strided import Strided

N_BINS, WINDOW, HOP, N_FFT = 80, 400, 160, 512
LOW_HZ, HIGH_HZ = 20.0, 8000.0
PREEMPHASIS = 0.97
FLOOR = float(np.finfo(np.float32).eps)


def povey_window() -> np.ndarray:
    """Kaldi's default window: a symmetric Hann to the power 0.85; float64 (WINDOW,)."""
    return np.hanning(WINDOW) ** 0.85


def front_end() -> FrontEnd:
    """The numbers above."""
    filters = kaldi_filters(N_BINS, N_FFT, LOW_HZ, HIGH_HZ)
    return FrontEnd(
        povey_window(), N_FFT, filters, HOP, centred=True, emphasis=PREEMPHASIS, floor=FLOOR
    )


def log_mel(window: np.ndarray, filters: np.ndarray) -> np.ndarray:
    """One frame (N_BINS,), natural logarithm of power, from one window of samples; float64
    throughout.
    """
    x = window - window.mean()
    x = np.append(x[0] - PREEMPHASIS * x[0], x[1:] - PREEMPHASIS * x[:-1])
    power = np.abs(np.fft.rfft(x * povey_window(), N_FFT)) ** 2
    return np.log(np.maximum(power @ filters, FLOOR))


class Baseline:
    """The specification: one window after the other, each computed from nothing."""

    def __init__(self, params: NoParams, tuning: NoParams) -> None:
        self.params, self.tuning = params, tuning

    def prepare(self) -> None:
        """Nothing to load."""

    def __call__(self, audio: Audio, speech: Speech, *, run: Run) -> Features:
        """Frames of the union of the speech."""
        front = front_end()
        return front.features(audio, speech, run, front.by_window(log_mel))


class Vectorized:
    """Many windows at once in float32: strided views, one FFT call and one sparse product a
    block.
    """

    def __init__(self, params: NoParams, tuning: NoParams) -> None:
        self.params, self.tuning = params, tuning

    def prepare(self) -> None:
        """Nothing to load."""

    def __call__(self, audio: Audio, speech: Speech, *, run: Run) -> Features:
        """Frames of the union of the speech."""
        front = front_end()
        return front.features(audio, speech, run, Strided(front))
