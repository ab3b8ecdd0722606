"""`wave.vectorized`: channels mixed one after the other, blocks resampled by products of
matrices.
"""

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view

from vsat_plugins.decode.channels import mono_of
from vsat_plugins.decode.polyphase import Polyphase
from vsat_plugins.decode.wave import Wave


class Vectorized(Wave):
    """NumPy."""

    def mono(self, frames: np.ndarray, weights: np.ndarray | None) -> np.ndarray:
        """Channel by channel."""
        return mono_of(frames, weights)

    def resampled(self, piece: np.ndarray, filters: Polyphase, n_out: int) -> np.ndarray:
        """The same outputs of all periods by one product."""
        n_periods = -(-n_out // filters.period)
        padded = np.pad(piece, (0, filters.padding(len(piece), n_periods)))
        out = np.empty((n_periods, filters.period))
        for group in filters.groups():
            windows = sliding_window_view(padded[group.begin :], len(group.weights))
            rows = np.ascontiguousarray(windows[:: filters.step][:n_periods])
            out[:, group.outputs] = rows @ group.weights
        return out.ravel()[:n_out]
