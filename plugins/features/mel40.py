"""mel40: the mel power spectrogram that the GE2E d-vector network was trained on.

40 Slaney bins from 0 to 8 kHz; windows of 400 samples every 160 under a periodic Hann window;
400-point power spectrum; no logarithm (Wan et al. 2018, "Generalized end-to-end loss for speaker
verification", with the settings of its open implementation, Resemblyzer). That implementation
centres frame j of a padded recording on sample j * hop; here row j of a span is the window
*beginning* at start + j * hop, so that no window looks outside its span. The two agree when samples
are counted from 200 before the centre.
"""

from __future__ import annotations

import numpy as np

from vsat_core.artifacts import Audio, Features, Speech
from vsat_core.plugin import NoParams, Run
from vsat_plugins.features.frontend import FrontEnd
from vsat_plugins.features.mel import slaney_filters
from vsat_plugins.features.strided import Strided

N_BINS, WINDOW, HOP, N_FFT = 40, 400, 160, 400
LOW_HZ, HIGH_HZ = 0.0, 8000.0


def hann_window() -> np.ndarray:
    """A periodic Hann window; float64 (WINDOW,)."""
    return 0.5 - 0.5 * np.cos(2 * np.pi * np.arange(WINDOW) / WINDOW)


def front_end() -> FrontEnd:
    """The numbers above."""
    return FrontEnd(hann_window(), N_FFT, slaney_filters(N_BINS, N_FFT, LOW_HZ, HIGH_HZ), HOP)


def mel_power(window: np.ndarray, filters: np.ndarray) -> np.ndarray:
    """One frame (N_BINS,) of power per hertz from one window of samples; float64 throughout."""
    power = np.abs(np.fft.rfft(window * hann_window(), N_FFT)) ** 2
    return power @ filters


class Baseline:
    """The specification: one window after the other, each computed from nothing."""

    def __init__(self, params: NoParams, tuning: NoParams) -> None:
        self.params, self.tuning = params, tuning

    def prepare(self) -> None:
        """Nothing to load."""

    def __call__(self, audio: Audio, speech: Speech, *, run: Run) -> Features:
        """Frames of the union of the speech."""
        front = front_end()
        return front.features(audio, speech, run, front.by_window(mel_power))


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
