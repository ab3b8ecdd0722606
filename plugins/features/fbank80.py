"""fbank80: the log mel filter bank that CAM++ was trained on, as Kaldi computes it.

80 bins from 20 Hz to 8 kHz; windows of 400 samples every 160, only those that fit into a spoken
span; each loses its mean, is pre-emphasised by 0.97, shaped by Povey's window (Hann to the power
0.85) and goes through a 512-point power spectrum; no dither (Kaldi, feat/feature-window.cc and
feat/feature-fbank.cc). Samples stay within -1..1 as 3D-Speaker trained with, not Kaldi's
-32768..32767: that shifts all bins by one constant, which the mean subtraction in `embed` takes
out, but it decides where the floor of the logarithm (the float32 epsilon) cuts: here about -69 dB
of power.
"""

import numpy as np

from vsat_plugins.features.frontend import FrontEnd
from vsat_plugins.features.mel import kaldi_filters

N_BINS, WINDOW, HOP, N_FFT = 80, 400, 160, 512
LOW_HZ, HIGH_HZ = 20.0, 8000.0
PREEMPHASIS = 0.97
FLOOR = float(np.finfo(np.float32).eps)


def povey_window() -> np.ndarray:
    """Kaldi's default window: a symmetric Hann to the power 0.85; float64 (WINDOW,)."""
    return np.hanning(WINDOW) ** 0.85


FRONT_END = FrontEnd(
    povey_window(),
    N_FFT,
    kaldi_filters(N_BINS, N_FFT, LOW_HZ, HIGH_HZ),
    HOP,
    centred=True,
    emphasis=PREEMPHASIS,
    floor=FLOOR,
)
