"""`gate.vectorized`: the gate on blocks of frames, in float32."""

from __future__ import annotations

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

BLOCK_FRAMES = 2048


class Vectorized(Gate):
    """All frames of a block at once: transform, mask, average, transform back, add up."""

    def gate(self, noisy: Noisy, out: np.ndarray) -> None:
        samples, window = noisy.samples, sqrt_hann().astype(np.float32)
        synthesis = window * np.float32(noisy.gain / OVERLAP_SUM)
        noise = noisy.noise.astype(np.float32) + np.float32(TINY)
        n_frames, floor = frame_count(len(samples)), np.float32(self.floor)
        for first in range(0, n_frames, BLOCK_FRAMES):
            last = min(first + BLOCK_FRAMES, n_frames)
            a, b = max(0, first - NEAR_FRAMES), min(n_frames, last + NEAR_FRAMES)
            spectra = np.fft.rfft(_frames(samples, a, b) * window, axis=1)
            missing = NEAR_FRAMES - (first - a), NEAR_FRAMES - (b - last)
            opened = np.pad(
                self._opening(spectra, noise), (missing, (NEAR_BINS, NEAR_BINS)), "edge"
            )
            mask = _moving_mean(_moving_mean(opened, 2 * NEAR_FRAMES + 1, 0), 2 * NEAR_BINS + 1, 1)
            passed = spectra[first - a : len(spectra) - (b - last)] * (floor + (1 - floor) * mask)
            _add(np.fft.irfft(passed, WINDOW, axis=1) * synthesis, first, out)
            noisy.progress(min(last * HOP, len(samples)))

    def _opening(self, spectra: np.ndarray, noise: np.ndarray) -> np.ndarray:
        squares = spectra.real**2 + spectra.imag**2
        above_db = 10 * np.log10((squares + np.float32(TINY)) / noise)
        return np.clip((above_db - SHUT_DB) / (self.params.open_db - SHUT_DB), 0, 1)


def _frames(samples: np.ndarray, first: int, last: int) -> np.ndarray:
    """float32 (last - first, WINDOW); zeros outside the recording."""
    begin = FIRST_FRAME + first * HOP
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
    begin = FIRST_FRAME + first * HOP
    a, b = max(begin, 0), min(begin + total.size, len(out))
    out[a:b] += total.reshape(-1)[a - begin : b - begin]
