"""What `vectorized` techniques share: many windows at once by NumPy, in float32."""

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view

from vsat_plugins.features.frontend import Compute, Extractor, FrontEnd
from vsat_plugins.features.mel import Sparse

TOGETHER = 256  # windows of one step: half a megabyte of them, which stays in the cache


class _Blocks:
    """Frames of windows; what does not depend on the sound is computed once."""

    def __init__(self, front: FrontEnd) -> None:
        self.front, self.filters = front, Sparse.of(front.filters)
        self.shape = front.shape.astype(np.float32)

    def __call__(self, samples: np.ndarray, first: np.ndarray, out: np.ndarray) -> None:
        """Fill out float32 (n, n_bins) with the frames of the windows that begin at `first` int64
        (n,).
        """
        padded = np.zeros((min(TOGETHER, len(first)), self.front.n_fft), np.float32)
        for begin in range(0, len(first), TOGETHER):
            part = first[begin : begin + TOGETHER]
            windows = padded[: len(part)]
            windows[:, self.front.window :] = 0
            self._shaped(samples, part, windows[:, : self.front.window])
            spectrum = np.fft.rfft(windows, axis=1)
            power = np.square(spectrum.real)
            power += np.square(spectrum.imag)
            frames = out[begin : begin + len(part)]
            frames[:] = self.filters.sums(power)
            if self.front.floor is not None:
                np.log(np.maximum(frames, np.float32(self.front.floor), out=frames), out=frames)

    def _shaped(self, samples: np.ndarray, first: np.ndarray, out: np.ndarray) -> None:
        """The windows as the transform takes them; float32 (n, window)."""
        front = self.front
        out[:] = sliding_window_view(samples, front.window)[first]
        if front.centred:
            out -= out.mean(axis=1, keepdims=True)
        if front.emphasis:
            before = out[:, :-1] * np.float32(front.emphasis)
            out[:, 1:] -= before
            out[:, 0] *= np.float32(1 - front.emphasis)
        out *= self.shape


class Strided(Extractor):
    """One FFT call and one weighted sum for some windows at a time."""

    def compute(self) -> Compute:
        return _Blocks(self.front)
