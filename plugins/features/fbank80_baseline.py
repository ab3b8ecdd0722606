"""`fbank80.baseline`: one window after the other, each computed from nothing."""

import numpy as np

from vsat_plugins.features.fbank80 import FLOOR, FRONT_END, N_FFT, PREEMPHASIS, povey_window
from vsat_plugins.features.frontend import ByWindow


class Baseline(ByWindow):
    """A loop over windows."""

    front = FRONT_END

    def frame(self, window: np.ndarray) -> np.ndarray:
        """Natural logarithm of power."""
        x = window - window.mean()
        x = np.append(x[0] - PREEMPHASIS * x[0], x[1:] - PREEMPHASIS * x[:-1])
        power = np.abs(np.fft.rfft(x * povey_window(), N_FFT)) ** 2
        return np.log(np.maximum(power @ self.front.filters, FLOOR))
