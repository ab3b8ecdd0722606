"""`gate.vectorized`: the gate on blocks of frames, in float32."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
from scipy import fft

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
    between,
    enhance,
    first_frame_start,
    frame_count,
)

BLOCK_FRAMES = 2048


class Vectorized:
    """All frames of a block at once: transform, mask, average, transform back, add up."""

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
        window = sqrt_hann().astype(np.float32)
        synthesis = window * np.float32(gain / OVERLAP_SUM)
        noise = noise_squares.astype(np.float32) + np.float32(TINY)
        n_frames = frame_count(len(samples))
        for first in range(0, n_frames, BLOCK_FRAMES):
            last = min(first + BLOCK_FRAMES, n_frames)
            a, b = max(0, first - NEAR_FRAMES), min(n_frames, last + NEAR_FRAMES)
            spectra = fft.rfft(_frames(samples, a, b) * window, axis=1)
            missing = NEAR_FRAMES - (first - a), NEAR_FRAMES - (b - last)
            opened = np.pad(
                self._opening(spectra, noise), (missing, (NEAR_BINS, NEAR_BINS)), "edge"
            )
            mask = _moving_mean(_moving_mean(opened, 2 * NEAR_FRAMES + 1, 0), 2 * NEAR_BINS + 1, 1)
            floor = np.float32(10 ** (-self.params.reduction_db / 20))
            passed = spectra[first - a : len(spectra) - (b - last)] * (floor + (1 - floor) * mask)
            _add(fft.irfft(passed, WINDOW, axis=1) * synthesis, first, out)
            progress(min(last * HOP, len(samples)))

    def _opening(self, spectra: np.ndarray, noise: np.ndarray) -> np.ndarray:
        squares = spectra.real**2 + spectra.imag**2
        above_db = 10 * np.log10((squares + np.float32(TINY)) / noise)
        return np.clip((above_db - SHUT_DB) / (self.params.open_db - SHUT_DB), 0, 1)


def _frames(samples: np.ndarray, first: int, last: int) -> np.ndarray:
    """float32 (last - first, WINDOW); zeros outside the recording."""
    begin = first_frame_start() + first * HOP
    end = begin + (last - first - 1) * HOP + WINDOW
    return np.lib.stride_tricks.sliding_window_view(between(samples, begin, end), WINDOW)[::HOP]


def _moving_mean(x: np.ndarray, width: int, axis: int) -> np.ndarray:
    """Mean over `width` neighbours; `axis` becomes width - 1 shorter."""
    n = x.shape[axis] - width + 1
    total = np.zeros_like(x.take(range(n), axis))
    for k in range(width):
        total += x[k : k + n] if axis == 0 else x[:, k : k + n]
    return total / np.float32(width)


def _add(frames: np.ndarray, first: int, out: np.ndarray) -> None:
    """Overlap-add frames into `out`, where frame `first` begins at its place in the recording."""
    quarters = WINDOW // HOP
    parts = frames.reshape(len(frames), quarters, HOP)
    total = np.zeros((len(frames) + quarters - 1, HOP), np.float32)
    for k in range(quarters):
        total[k : k + len(frames)] += parts[:, k]
    begin = first_frame_start() + first * HOP
    a, b = max(begin, 0), min(begin + total.size, len(out))
    out[a:b] += total.reshape(-1)[a - begin : b - begin]
