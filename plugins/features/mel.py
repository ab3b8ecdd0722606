"""Triangular filters on the mel scale, in the two conventions that networks were trained with."""

from __future__ import annotations

import attrs
import numpy as np

from vsat_core.artifacts import SAMPLE_RATE

_LINEAR_HZ_PER_MEL = 200 / 3  # Slaney's scale: linear up to 1 kHz ...
_BREAK_HZ, _BREAK_MEL = 1000.0, 15.0
_LOG_STEP = np.log(6.4) / 27  # ... and 27 steps from there to 6.4 kHz


def kaldi_filters(n_bins: int, n_fft: int, low_hz: float, high_hz: float) -> np.ndarray:
    """Kaldi's filters: float64 (n_fft // 2 + 1, n_bins), to multiply a power spectrum with.

    Triangles with peak 1, straight on the scale mel(f) = 1127 ln(1 + f / 700) itself, equally
    spaced there (Kaldi, feat/mel-computations.cc, class MelBanks).
    """
    mel = 1127 * np.log1p(np.fft.rfftfreq(n_fft, 1 / SAMPLE_RATE) / 700)
    low, high = 1127 * np.log1p(np.array((low_hz, high_hz)) / 700)
    edges = np.linspace(low, high, n_bins + 2)
    return _triangles(mel, edges)


def slaney_filters(n_bins: int, n_fft: int, low_hz: float, high_hz: float) -> np.ndarray:
    """Slaney's filters with area 1: float64 (n_fft // 2 + 1, n_bins), in 1/Hz.

    Triangles straight in hertz whose edges are equally spaced on a scale that is linear up to 1 kHz
    and logarithmic above (Slaney, Auditory Toolbox, Interval Research TR 1998-010); what librosa
    calls htk=False, norm="slaney".
    """
    low, high = (_slaney_mel(hz) for hz in (low_hz, high_hz))
    edges = _slaney_hz(np.linspace(low, high, n_bins + 2))
    return _triangles(np.fft.rfftfreq(n_fft, 1 / SAMPLE_RATE), edges) * (
        2 / (edges[2:] - edges[:-2])
    )


@attrs.frozen(eq=False)
class Sparse:
    """Filters without their zeros: no spectral line is in more than two of them.

    Filter k sums the lines `line[first[k] : first[k + 1]]` int64, each times its `weight` float32.
    """

    line: np.ndarray
    weight: np.ndarray
    first: np.ndarray

    @classmethod
    def of(cls, filters: np.ndarray) -> Sparse:
        """From float64 (n_fft // 2 + 1, n_bins)."""
        used = filters.T != 0
        used[:, 0] |= ~used.any(1)  # a filter between two lines sums one with weight 0
        bins, line = np.nonzero(used)
        weight = filters[line, bins].astype(np.float32)
        return cls(line, weight, np.searchsorted(bins, np.arange(len(used))))

    def sums(self, power: np.ndarray) -> np.ndarray:
        """Float32 power (n, n_fft // 2 + 1) through the filters: float32 (n, n_bins); the same sums
        whatever the number of threads or rows.
        """
        lines = power[:, self.line]
        lines *= self.weight
        return np.add.reduceat(lines, self.first, axis=1)


def _triangles(position: np.ndarray, edges: np.ndarray) -> np.ndarray:
    left, centre, right = edges[:-2], edges[1:-1], edges[2:]
    rise = (position[:, None] - left) / (centre - left)
    fall = (right - position[:, None]) / (right - centre)
    return np.maximum(np.minimum(rise, fall), 0)


def _slaney_mel(hz: float) -> float:
    if hz < _BREAK_HZ:
        return hz / _LINEAR_HZ_PER_MEL
    return _BREAK_MEL + np.log(hz / _BREAK_HZ) / _LOG_STEP


def _slaney_hz(mel: np.ndarray) -> np.ndarray:
    above = _BREAK_HZ * np.exp(_LOG_STEP * (mel - _BREAK_MEL))
    return np.where(mel < _BREAK_MEL, mel * _LINEAR_HZ_PER_MEL, above)
