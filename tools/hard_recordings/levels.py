"""Levels, sampling rates and joins of sound, all float64 arrays of shape (n,) within -1..1."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from pathlib import Path

import numpy as np
import scipy.signal
import soundfile

RATE = 16_000  # Hz
PEAK = 0.98
SILENT = 1e-10  # RMS of what has no level of its own

Span = tuple[float, float]  # start and end, seconds


def rms(x: np.ndarray) -> float:
    """Root mean square, never 0."""
    return float(np.sqrt(np.mean(np.square(x)) + SILENT**2)) if len(x) else SILENT


def active_rms(x: np.ndarray, spans: Sequence[Span], rate: int = RATE) -> float:
    """RMS inside the spans."""
    return rms(np.concatenate([x[int(a * rate) : int(b * rate)] for a, b in spans]))


def gain(db: float) -> float:
    """The factor of a level difference."""
    return float(10 ** (db / 20))


def resampled(x: np.ndarray, old: int, new: int) -> np.ndarray:
    """At another sampling rate, by a polyphase filter."""
    ratio = Fraction(new, old)
    return x if old == new else scipy.signal.resample_poly(x, ratio.numerator, ratio.denominator)


def read_sound(path: Path) -> np.ndarray:
    """A file as mono at RATE. Raises soundfile.LibsndfileError where it cannot be read."""
    x, rate = soundfile.read(path, dtype="float64", always_2d=True)
    return resampled(x.mean(axis=1), rate, RATE)


def faded(x: np.ndarray, seconds: float = 0.02) -> np.ndarray:
    """With linear ramps at both ends, so that joins do not click."""
    n = min(int(seconds * RATE), len(x) // 2)
    out, ramp = x.copy(), np.linspace(0, 1, n)
    out[:n] *= ramp
    out[len(out) - n :] *= ramp[::-1]
    return out


def looped(x: np.ndarray, n: int, start: int) -> np.ndarray:
    """`n` samples of a sound that repeats, from `start` on, the joins cross-faded."""
    fade = min(RATE // 4, len(x) // 4)
    ramp = np.linspace(0, 1, fade)
    body = x[: len(x) - fade].copy()
    body[:fade] = body[:fade] * ramp + x[len(x) - fade :] * ramp[::-1]
    return np.take(body, np.arange(start, start + n), mode="wrap")


def limited(x: np.ndarray) -> np.ndarray:
    """Made quieter where it would clip."""
    return x * min(1.0, PEAK / max(float(np.abs(x).max()), SILENT))


def to_int16(x: np.ndarray) -> np.ndarray:
    """The samples as 16-bit numbers."""
    return np.clip(np.round(x * 32768), -32768, 32767).astype(np.int16)
