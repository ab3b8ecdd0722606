"""mel40: the mel power spectrogram that the GE2E d-vector network was trained on.

40 Slaney bins from 0 to 8 kHz; windows of 400 samples every 160 under a periodic Hann window;
400-point power spectrum; no logarithm (Wan et al. 2018, "Generalized end-to-end loss for speaker
verification", with the settings of its open implementation, Resemblyzer). That implementation
centres frame j of a padded recording on sample j * hop; here row j of a span is the window
*beginning* at start + j * hop, so that no window looks outside its span. The two agree when samples
are counted from 200 before the centre.
"""

import numpy as np

from vsat_plugins.features.frontend import FrontEnd
from vsat_plugins.features.mel import slaney_filters

N_BINS, WINDOW, HOP, N_FFT = 40, 400, 160, 400
LOW_HZ, HIGH_HZ = 0.0, 8000.0


def hann_window() -> np.ndarray:
    """A periodic Hann window; float64 (WINDOW,)."""
    return 0.5 - 0.5 * np.cos(2 * np.pi * np.arange(WINDOW) / WINDOW)


FRONT_END = FrontEnd(hann_window(), N_FFT, slaney_filters(N_BINS, N_FFT, LOW_HZ, HIGH_HZ), HOP)
