"""Short-time spectra summed by the level of their frame: all that is read of a recording to measure
its environment, in one small table however long it is.
"""

from __future__ import annotations

import math
from collections.abc import Callable

import attrs
import numpy as np
from numpy.lib.stride_tricks import sliding_window_view

WINDOW = 512  # samples, 32 ms
MEASURE_HOP = WINDOW // 2
N_BINS = WINDOW // 2 + 1
LOWEST_DBFS, HIGHEST_DBFS, STEP_DB = -200.0, 60.0, 0.5  # of the table of levels
HUM_BINS = 3  # bins below 94 Hz (hum, rumble) do not count as level
BLOCK_FRAMES = 1024  # about 20 MB on their way


def sqrt_hann() -> np.ndarray:
    """float64 (WINDOW,) whose square sums to a constant at 50 % and 75 % overlap: for analysis and
    synthesis.
    """
    return np.sin(np.pi * np.arange(WINDOW) / WINDOW)


HANN = sqrt_hann() ** 2  # keeps hum out of the bins above
WINDOW_ENERGY = float((HANN**2).sum())
MEAN_SQUARE = 2 / (WINDOW * WINDOW_ENERGY)  # times the sum of squared magnitudes of a frame


@attrs.frozen
class Levels:
    """Row i holds the frames of LOWEST_DBFS + i * STEP_DB and up.

    `counts` int64 (n_levels,), `power` float64 (n_levels,) their mean squares and `spectra` float64
    (n_levels, N_BINS) their squared magnitudes under a Hann window, both summed.
    """

    counts: np.ndarray
    power: np.ndarray
    spectra: np.ndarray

    @classmethod
    def empty(cls) -> Levels:
        """Without frames."""
        n = round((HIGHEST_DBFS - LOWEST_DBFS) / STEP_DB)
        return cls(np.zeros(n, np.int64), np.zeros(n), np.zeros((n, N_BINS)))

    def mean_db(self, rows: np.ndarray) -> float:
        """dBFS of the mean power of all frames in these rows (a mask); LOWEST_DBFS without any."""
        n = int(self.counts[rows].sum())
        return decibel(float(self.power[rows].sum()) / n) if n else LOWEST_DBFS

    def mean_spectrum(self, rows: np.ndarray) -> np.ndarray:
        """float64 (N_BINS,): mean squared magnitude of all frames in these rows."""
        return self.spectra[rows].sum(axis=0) / max(1, int(self.counts[rows].sum()))


def decibel(power: float) -> float:
    """10 log10, not below LOWEST_DBFS."""
    return max(LOWEST_DBFS, 10 * math.log10(max(power, 1e-30)))


# adds frames first..last of the samples to the levels, in order
AddFrames = Callable[[np.ndarray, int, int, Levels], None]


def add_frames(samples: np.ndarray, first: int, last: int, levels: Levels) -> None:
    """By NumPy and SciPy's FFT, in float64."""
    sound = samples[first * MEASURE_HOP : (last - 1) * MEASURE_HOP + WINDOW].astype(np.float64)
    frames = sliding_window_view(sound, WINDOW)[::MEASURE_HOP]
    centred = frames - frames.mean(axis=1, keepdims=True)
    spectra = np.fft.rfft(centred * HANN, axis=1)
    squares = np.square(spectra.real) + np.square(spectra.imag)
    mean_squares = squares[:, HUM_BINS:].sum(1) * MEAN_SQUARE
    place = (10 * np.log10(np.maximum(mean_squares, 1e-30)) - LOWEST_DBFS) / STEP_DB
    rows = np.clip(place, 0.0, len(levels.counts) - 1).astype(np.int64)
    order = np.argsort(rows, kind="stable")
    present, begins = np.unique(rows[order], return_index=True)
    levels.counts[:] += np.bincount(rows, minlength=len(levels.counts))
    levels.power[:] += np.bincount(rows, mean_squares, len(levels.power))
    levels.spectra[present] += np.add.reduceat(squares[order], begins, axis=0)


def levels_of(
    samples: np.ndarray, add: AddFrames, progress: Callable[[int], None]
) -> tuple[Levels, float]:
    """Of complete frames, or of one filled up with zeros if there is none; and the largest absolute
    sample.
    """
    levels, n = Levels.empty(), len(samples)
    if n < WINDOW:
        samples = np.pad(samples, (0, WINDOW - n))
        samples.flags.writeable = False
    n_frames = (len(samples) - WINDOW) // MEASURE_HOP + 1 if n else 0
    peak = 0.0
    for first in range(0, n_frames, BLOCK_FRAMES):
        last = min(first + BLOCK_FRAMES, n_frames)
        add(samples, first, last, levels)
        block = samples[first * MEASURE_HOP : last * MEASURE_HOP + WINDOW]
        peak = max(peak, float(block.max()), -float(block.min()))
        progress(min(last * MEASURE_HOP, n))
    return levels, peak
