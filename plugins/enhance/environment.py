"""What a recording sounds like: level, noise, signal-to-noise ratio, bandwidth. Shared by all
`enhance` variants.

One pass sums the short-time spectra by the level of their frame, so that everything below is read
from one small table however long the recording is. The ratio reads high where noise is loud,
because speech below it goes unseen: on composed conversations by 1 to 3 dB from 10 to 20 dB, and by
4 dB at 5 dB.
"""

from __future__ import annotations

import math
from collections.abc import Callable

import attrs
import numpy as np

from vsat_core.artifacts import SAMPLE_RATE, Environment
from vsat_plugins._kernels.fft import plan_of
from vsat_plugins.enhance.levels_jit import (
    HIGHEST_DBFS,
    LOWEST_DBFS,
    MEASURE_HOP,
    N_BINS,
    STEP_DB,
    WINDOW,
    sum_frames,
)

BLOCK_FRAMES = 4096
DIGITAL_SILENCE_DBFS = (
    -100.0
)  # frames below are gaps that someone cut out, and say nothing of the room
GAP_RANGE_DB = 70.0  # in a quiet recording, such gaps lie this far below its active level
SILENT_DBFS = (
    -70.0
)  # where nothing rises above the noise, and the noise is below this, the recording is silent
QUIETEST = 0.2  # share of frames taken to hold no speech
NOISE_SPREAD_DB = 5.0  # what lies this little above the noise is still noise
MARGIN_DB = 15.9  # ITU-T P.56: speech this far below its own active level is a pause
NOISY_BELOW_DB = 24.0
TELEPHONE_BELOW_HZ = 4_200.0
BAND_DROP_DB = (
    60.0  # the spectrum ends where it has fallen this far below its peak in the speech band
)
SMOOTH_BINS = 5  # 156 Hz


def sqrt_hann() -> np.ndarray:
    """float64 (WINDOW,) whose square sums to a constant at 50 % and 75 % overlap: for analysis and
    synthesis.
    """
    return np.sin(np.pi * np.arange(WINDOW) / WINDOW)


@attrs.frozen
class Levels:
    """Short-time spectra (Hann) summed by frame level.

    Row i holds the frames of LOWEST_DBFS + i * STEP_DB and up: `counts` int64 (n_levels,), `power`
    float64 (n_levels,) their mean squares and `spectra` float64 (n_levels, N_BINS) their squared
    magnitudes, both summed; `peak` is the largest sample, `window_energy` the sum of the squared
    window.
    """

    counts: np.ndarray
    power: np.ndarray
    spectra: np.ndarray
    window_energy: float
    peak: float

    def mean_db(self, rows: np.ndarray) -> float:
        """dBFS of the mean power of all frames in these rows (a mask); LOWEST_DBFS without any."""
        n = int(self.counts[rows].sum())
        return decibel(float(self.power[rows].sum()) / n) if n else LOWEST_DBFS

    def mean_spectrum(self, rows: np.ndarray) -> np.ndarray:
        """float64 (N_BINS,): mean squared magnitude of all frames in these rows."""
        return self.spectra[rows].sum(axis=0) / max(1, int(self.counts[rows].sum()))


@attrs.frozen
class Measured:
    """The environment, and what `gate` and the level gain need to know besides."""

    environment: Environment
    noise_power: (
        np.ndarray
    )  # float64 (N_BINS,), mean squared magnitude without speech, for a window of energy 1
    peak: float  # largest sample
    speaks: bool  # whether anything rises above the noise


def decibel(power: float) -> float:
    """10 log10, not below LOWEST_DBFS."""
    return max(LOWEST_DBFS, 10 * math.log10(max(power, 1e-30)))


def measure(samples: np.ndarray, progress: Callable[[int], None]) -> Measured:
    """Listen to the whole recording once. `samples` float32 (n,); any length, also 0."""
    levels = _sum_by_level(samples, progress)
    bottom = LOWEST_DBFS + STEP_DB * np.arange(len(levels.counts))
    heard = bottom >= _gap_dbfs(levels, bottom)
    noise_db, ceiling_db = _noise(levels, bottom, heard)
    active = _active(levels, bottom, ceiling_db)
    rest = (bottom < ceiling_db) & heard
    speaks = bool(levels.counts[active].any())
    loud = active if speaks else rest
    level_db = levels.mean_db(loud)
    snr_db = _difference_db(level_db, noise_db) - noise_db if speaks else 0.0
    bandwidth_hz = _bandwidth_hz(levels.mean_spectrum(loud))
    kind = _kind(level_db, snr_db, bandwidth_hz, speaks)
    found = Environment(
        kind, round(level_db, 2), round(noise_db, 2), round(snr_db, 2), bandwidth_hz
    )
    return Measured(found, levels.mean_spectrum(rest) / levels.window_energy, levels.peak, speaks)


def _kind(level_db: float, snr_db: float, bandwidth_hz: float, speaks: bool) -> str:
    """Speech is judged against the recording's own noise: however quiet, it is not silence."""
    if level_db < SILENT_DBFS and not speaks:
        return "silent"
    if bandwidth_hz < TELEPHONE_BELOW_HZ:
        return "telephone"
    return "noisy" if snr_db < NOISY_BELOW_DB else "quiet"


def compile_measuring() -> None:
    """Compile what `measure` needs, or load what was compiled before."""
    samples = np.zeros(WINDOW, np.float32)
    samples.flags.writeable = False
    measure(samples, lambda done: None)


def _sum_by_level(samples: np.ndarray, progress: Callable[[int], None]) -> Levels:
    """Whole frames only; a recording shorter than one frame is one frame, filled up with zeros."""
    n_levels = round((HIGHEST_DBFS - LOWEST_DBFS) / STEP_DB)
    counts, power, spectra = (
        np.zeros(n_levels, np.int64),
        np.zeros(n_levels),
        np.zeros((n_levels, N_BINS)),
    )
    window = sqrt_hann() ** 2  # Hann: keeps hum out of the bins above
    energy = float((window**2).sum())
    half, plan, n = (window / 2).astype(np.float32), plan_of(WINDOW), len(samples)
    if n < WINDOW:
        samples = np.pad(samples, (0, WINDOW - n))
        samples.flags.writeable = False
    n_frames = (len(samples) - WINDOW) // MEASURE_HOP + 1 if n else 0
    peak = float(np.abs(samples[-WINDOW:]).max(initial=0.0))
    for first in range(0, n_frames, BLOCK_FRAMES):
        last = min(first + BLOCK_FRAMES, n_frames)
        loudest = sum_frames(
            samples, first, last, plan, half, 2 / (WINDOW * energy), counts, power, spectra
        )
        peak = max(peak, float(loudest))
        progress(min(last * MEASURE_HOP, n))
    return Levels(counts, power, spectra, energy, peak)


def _gap_dbfs(levels: Levels, bottom: np.ndarray) -> float:
    """Frames below this level are digital silence: absolute for usual levels, below those relative
    to the recording's.

    At -100 dBFS the pauses of a normal recording are gaps; those of one attenuated by 60 dB are its
    room.
    """
    loudest_db = levels.mean_db(_active(levels, bottom, LOWEST_DBFS))
    return max(min(DIGITAL_SILENCE_DBFS, loudest_db - GAP_RANGE_DB), LOWEST_DBFS + STEP_DB)


def _noise(levels: Levels, bottom: np.ndarray, heard: np.ndarray) -> tuple[float, float]:
    """Noise level, and the level from which on a frame counts as speech.

    The mean power of the quietest fifth of the frames, then of everything up to 5 dB above that.
    """
    counts = np.where(heard, levels.counts, 0)
    if not counts.any():
        return LOWEST_DBFS, HIGHEST_DBFS
    enough = int(np.argmax(np.cumsum(counts) >= QUIETEST * counts.sum()))
    quietest = levels.mean_db(heard & (np.arange(len(bottom)) <= enough))
    noise_db = levels.mean_db(heard & (bottom < quietest + NOISE_SPREAD_DB))
    return noise_db, noise_db + NOISE_SPREAD_DB


def _active(levels: Levels, bottom: np.ndarray, ceiling_db: float) -> np.ndarray:
    """The rows that are speech: above the noise, and (as ITU-T P.56 asks) within 15.9 dB of their
    own level.
    """
    active = bottom >= ceiling_db
    for _ in range(len(bottom)):
        narrower = bottom >= max(ceiling_db, levels.mean_db(active) - MARGIN_DB)
        if np.array_equal(narrower, active):
            break
        active = narrower
    return active


def _difference_db(sum_db: float, part_db: float) -> float:
    """What is left of a power when a part of it is taken away."""
    return decibel(10 ** (sum_db / 10) - 10 ** (part_db / 10))


def _bandwidth_hz(spectrum: np.ndarray) -> float:
    """Where a mean power spectrum ends: the last bin within 60 dB of the peak of the speech band; 0
    if all is 0.
    """
    hz = np.arange(N_BINS) * SAMPLE_RATE / WINDOW
    smooth = np.convolve(spectrum, np.full(SMOOTH_BINS, 1 / SMOOTH_BINS), "same")
    speech = smooth[(hz >= 200) & (hz <= 3_400)].max()
    inside = np.flatnonzero(smooth >= speech * 10 ** (-BAND_DROP_DB / 10))
    return float(hz[inside[-1]]) if speech > 0 else 0.0
