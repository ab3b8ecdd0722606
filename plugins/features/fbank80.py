"""fbank80: the log mel filter bank that CAM++ was trained on, as Kaldi computes it.

80 bins from 20 Hz to 8 kHz; windows of 400 samples every 160, only those that fit into a spoken span; each loses its
mean, is pre-emphasised by 0.97, shaped by Povey's window (Hann to the power 0.85) and goes through a 512-point power
spectrum; no dither (Kaldi, feat/feature-window.cc and feat/feature-fbank.cc). Samples stay within -1..1 as 3D-Speaker
trained with, not Kaldi's -32768..32767: that shifts all bins by one constant, which the mean subtraction in `embed`
takes out, but it decides where the floor of the logarithm (the float32 epsilon) cuts: here about -69 dB of power.
"""
from __future__ import annotations

import numpy as np
import scipy.fft

from vsat_core.artifacts import Audio, Features, Speech
from vsat_core.plugin import NoParams, Run
from vsat_plugins.features.mel import kaldi_filters, mel_sums, sparse
from vsat_plugins.features.spans import features_of

N_BINS, WINDOW, HOP, N_FFT = 80, 400, 160, 512
LOW_HZ, HIGH_HZ = 20.0, 8000.0
PREEMPHASIS = 0.97
FLOOR = float(np.finfo(np.float32).eps)


def povey_window() -> np.ndarray:
    """Kaldi's default window: a symmetric Hann to the power 0.85; float64 (WINDOW,)."""
    return np.hanning(WINDOW) ** 0.85


def log_mel(window: np.ndarray, shape: np.ndarray, filters: np.ndarray) -> np.ndarray:
    """One frame (N_BINS,), natural logarithm of power, from one window of samples; float64 throughout."""
    x = window.astype(np.float64)
    x = x - x.mean()
    x = np.append(x[0] - PREEMPHASIS * x[0], x[1:] - PREEMPHASIS * x[:-1])
    power = np.abs(np.fft.rfft(x * shape, N_FFT)) ** 2
    return np.log(np.maximum(power @ filters, FLOOR))


class Baseline:
    """The specification: one window after the other."""

    def __init__(self, params: NoParams, tuning: NoParams) -> None:
        self.params, self.tuning = params, tuning

    def prepare(self) -> None:
        """Nothing to load."""

    def __call__(self, audio: Audio, speech: Speech, *, run: Run) -> Features:
        """Frames of the union of the speech."""
        shape, filters = povey_window(), kaldi_filters(N_BINS, N_FFT, LOW_HZ, HIGH_HZ)

        def compute(windows: np.ndarray) -> np.ndarray:
            return np.stack([log_mel(window, shape, filters) for window in windows])

        return features_of(audio, speech, run, window=WINDOW, hop=HOP, n_bins=N_BINS, compute=compute)


class Vectorized:
    """Many windows at once in float32: one FFT call and one sparse product a block."""

    def __init__(self, params: NoParams, tuning: NoParams) -> None:
        self.params, self.tuning = params, tuning

    def prepare(self) -> None:
        """Nothing to load."""

    def __call__(self, audio: Audio, speech: Speech, *, run: Run) -> Features:
        """Frames of the union of the speech."""
        shape = povey_window().astype(np.float32)
        filters = sparse(kaldi_filters(N_BINS, N_FFT, LOW_HZ, HIGH_HZ))

        def compute(windows: np.ndarray) -> np.ndarray:
            windows -= windows.mean(axis=1, keepdims=True)
            emphasised = np.empty_like(windows)
            np.multiply(windows[:, :-1], -PREEMPHASIS, out=emphasised[:, 1:])
            emphasised[:, 1:] += windows[:, 1:]
            emphasised[:, 0] = (1 - PREEMPHASIS) * windows[:, 0]
            emphasised *= shape
            spectrum = scipy.fft.rfft(emphasised, N_FFT, axis=1)
            power = np.square(spectrum.real)
            power += np.square(spectrum.imag)
            return np.log(np.maximum(mel_sums(power, filters), np.float32(FLOOR)))

        return features_of(audio, speech, run, window=WINDOW, hop=HOP, n_bins=N_BINS, compute=compute)
