"""`gate.baseline`: spectral gating one frame at a time, in float64: the specification."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator

import numpy as np

from vsat_plugins.enhance.gate import (
    FIRST_FRAME,
    HOP,
    NEAR_BINS,
    NEAR_FRAMES,
    OVERLAP_SUM,
    SHUT_DB,
    TINY,
    Gate,
    Noisy,
    between,
    frame_count,
)
from vsat_plugins.enhance.levels import WINDOW, sqrt_hann

REPORT_EVERY = 1000  # frames


class Baseline(Gate):
    """For each frame: how far each bin stands above the noise, averaged with its neighbours,
    decides what passes.
    """

    def gate(self, noisy: Noisy, out: np.ndarray) -> None:
        window, n_near = sqrt_hann(), 2 * NEAR_BINS + 1
        for j, (spectrum, nearby) in enumerate(self._with_neighbours(noisy.samples, noisy.noise)):
            opened = np.mean(nearby, axis=0)
            padded = np.pad(opened, NEAR_BINS, "edge")
            mask = np.convolve(padded, np.full(n_near, 1 / n_near), "valid")
            passed = spectrum * (self.floor + (1 - self.floor) * mask)
            frame = np.fft.irfft(passed, WINDOW) * window * noisy.gain / OVERLAP_SUM
            begin = FIRST_FRAME + j * HOP
            a, b = max(begin, 0), min(begin + WINDOW, len(out))
            out[a:b] += frame[a - begin : b - begin]
            if j % REPORT_EVERY == 0:
                noisy.progress(max(0, b))

    def _with_neighbours(
        self, samples: np.ndarray, noise: np.ndarray
    ) -> Iterator[tuple[np.ndarray, list[np.ndarray]]]:
        """Each frame's spectrum, and the openings of itself and its neighbours in time (the ends
        repeat).
        """
        n_frames = frame_count(len(samples))
        spectra: deque[np.ndarray] = deque(maxlen=NEAR_FRAMES + 1)
        openings: deque[np.ndarray] = deque(maxlen=2 * NEAR_FRAMES + 1)
        for j in range(-NEAR_FRAMES, n_frames + NEAR_FRAMES):
            spectrum = np.fft.rfft(_frame(samples, min(max(j, 0), n_frames - 1)) * sqrt_hann())
            spectra.append(spectrum)
            openings.append(self._opening(spectrum, noise))
            if len(openings) == 2 * NEAR_FRAMES + 1:
                yield spectra[0], list(openings)

    def _opening(self, spectrum: np.ndarray, noise: np.ndarray) -> np.ndarray:
        """0 where a bin is noise, 1 where it stands `open_db` above, a ramp between."""
        above_db = 10 * np.log10((np.abs(spectrum) ** 2 + TINY) / (noise + TINY))
        return np.clip((above_db - SHUT_DB) / (self.params.open_db - SHUT_DB), 0, 1)


def _frame(samples: np.ndarray, j: int) -> np.ndarray:
    """Frame j as float64 (WINDOW,); zeros outside the recording."""
    begin = FIRST_FRAME + j * HOP
    return between(samples, begin, begin + WINDOW).astype(np.float64)
