"""`gate.baseline`: spectral gating one frame at a time, in float64: the specification."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterator
from typing import Any

import numpy as np

from vsat_core.artifacts import Audio
from vsat_core.contract.protocols import Run
from vsat_plugins.enhance.environment import WINDOW, compile_measuring, sqrt_hann
from vsat_plugins.enhance.gate import (
    HOP,
    NEAR_BINS,
    NEAR_FRAMES,
    OVERLAP_SUM,
    SHUT_DB,
    TINY,
    enhance,
    first_frame_start,
    frame_count,
)

REPORT_EVERY = 1000  # frames


class Baseline:
    """For each frame: how far each bin stands above the noise, averaged with its neighbours,
    decides what passes.
    """

    def __init__(self, params: Any, tuning: Any) -> None:
        self.params, self.tuning = params, tuning

    def prepare(self) -> None:
        """Compile what measures the environment."""
        compile_measuring()

    def __call__(self, audio: Audio, *, run: Run) -> Audio:
        """The recording with its Environment, at the target level, with less noise where there was
        much.
        """
        return enhance(audio, self.params, self._gate, run)

    def _gate(
        self,
        samples: np.ndarray,
        noise_squares: np.ndarray,
        out: np.ndarray,
        gain: float,
        progress: Callable[[int], None],
    ) -> None:
        window = sqrt_hann()
        floor = 10 ** (-self.params.reduction_db / 20)
        for j, (spectrum, nearby) in enumerate(self._with_neighbours(samples, noise_squares)):
            opened = np.mean(nearby, axis=0)
            padded = np.pad(opened, NEAR_BINS, "edge")
            mask = np.convolve(padded, np.full(2 * NEAR_BINS + 1, 1 / (2 * NEAR_BINS + 1)), "valid")
            passed = spectrum * (floor + (1 - floor) * mask)
            frame = np.fft.irfft(passed, WINDOW) * window * gain / OVERLAP_SUM
            begin = first_frame_start() + j * HOP
            a, b = max(begin, 0), min(begin + WINDOW, len(out))
            out[a:b] += frame[a - begin : b - begin]
            if j % REPORT_EVERY == 0:
                progress(max(0, b))

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
    begin = first_frame_start() + j * HOP
    frame = np.zeros(WINDOW)
    a, b = max(begin, 0), min(begin + WINDOW, len(samples))
    frame[a - begin : b - begin] = samples[a:b]
    return frame
