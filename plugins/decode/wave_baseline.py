"""`wave.baseline`: WAV files read and resampled step by step; what every other decoder of WAV is
measured against.
"""

import numpy as np
from scipy.signal import resample_poly

from vsat_plugins.decode.polyphase import Polyphase
from vsat_plugins.decode.wave import Wave


class Baseline(Wave):
    """The specification; the filter is applied by scipy.signal.resample_poly."""

    def mono(self, frames: np.ndarray, weights: np.ndarray | None) -> np.ndarray:
        """Frame by frame."""
        return np.asarray(frames.mean(axis=1) if weights is None else frames @ weights)

    def resampled(self, piece: np.ndarray, filters: Polyphase, n_out: int) -> np.ndarray:
        """All of the piece, without its context."""
        everything = resample_poly(piece, filters.up, filters.down, window=filters.filter)
        return np.asarray(everything[filters.first : filters.first + n_out])
