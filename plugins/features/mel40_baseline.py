"""`mel40.baseline`: one window after the other, each computed from nothing."""

import numpy as np

from vsat_plugins.features.frontend import ByWindow
from vsat_plugins.features.mel40 import FRONT_END, N_FFT, hann_window


class Baseline(ByWindow):
    """A loop over windows."""

    front = FRONT_END

    def frame(self, window: np.ndarray) -> np.ndarray:
        """Power per hertz."""
        power = np.abs(np.fft.rfft(window * hann_window(), N_FFT)) ** 2
        return power @ self.front.filters
