"""mel40: the mel power spectrogram that the GE2E d-vector network was trained on.

40 Slaney bins from 0 to 8 kHz; windows of 400 samples every 160 under a periodic Hann window; 400-point power
spectrum; no logarithm (Wan et al. 2018, "Generalized end-to-end loss for speaker verification", with the settings of
its open implementation, Resemblyzer). That implementation centres frame j of a padded recording on sample j * hop;
here row j of a span is the window *beginning* at start + j * hop, so that no window looks outside its span. The two
agree when samples are counted from 200 before the centre.
"""
from __future__ import annotations

import numpy as np
import scipy.fft

from vsat_core.artifacts import Audio, Features, Speech
from vsat_core.plugin import NoParams, Run
from vsat_plugins.features.mel import mel_sums, slaney_filters, sparse
from vsat_plugins.features.spans import features_of

N_BINS, WINDOW, HOP, N_FFT = 40, 400, 160, 400
LOW_HZ, HIGH_HZ = 0.0, 8000.0


def hann_window() -> np.ndarray:
    """A periodic Hann window; float64 (WINDOW,)."""
    return 0.5 - 0.5 * np.cos(2 * np.pi * np.arange(WINDOW) / WINDOW)


def mel_power(window: np.ndarray, shape: np.ndarray, filters: np.ndarray) -> np.ndarray:
    """One frame (N_BINS,) of power per hertz from one window of samples; float64 throughout."""
    power = np.abs(np.fft.rfft(window.astype(np.float64) * shape, N_FFT)) ** 2
    return power @ filters


class Baseline:
    """The specification: one window after the other."""

    def __init__(self, params: NoParams, tuning: NoParams) -> None:
        self.params, self.tuning = params, tuning

    def prepare(self) -> None:
        """Nothing to load."""

    def __call__(self, audio: Audio, speech: Speech, *, run: Run) -> Features:
        """Frames of the union of the speech."""
        shape, filters = hann_window(), slaney_filters(N_BINS, N_FFT, LOW_HZ, HIGH_HZ)

        def compute(windows: np.ndarray) -> np.ndarray:
            return np.stack([mel_power(window, shape, filters) for window in windows])

        return features_of(audio, speech, run, window=WINDOW, hop=HOP, n_bins=N_BINS, compute=compute)


class Vectorized:
    """Many windows at once in float32: one FFT call and one sparse product a block."""

    def __init__(self, params: NoParams, tuning: NoParams) -> None:
        self.params, self.tuning = params, tuning

    def prepare(self) -> None:
        """Nothing to load."""

    def __call__(self, audio: Audio, speech: Speech, *, run: Run) -> Features:
        """Frames of the union of the speech."""
        shape = hann_window().astype(np.float32)
        filters = sparse(slaney_filters(N_BINS, N_FFT, LOW_HZ, HIGH_HZ))

        def compute(windows: np.ndarray) -> np.ndarray:
            windows *= shape
            spectrum = scipy.fft.rfft(windows, N_FFT, axis=1, overwrite_x=True)
            power = np.square(spectrum.real)
            power += np.square(spectrum.imag)
            return mel_sums(power, filters)

        return features_of(audio, speech, run, window=WINDOW, hop=HOP, n_bins=N_BINS, compute=compute)
