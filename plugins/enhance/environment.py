"""What a recording sounds like: level, noise, signal-to-noise ratio, bandwidth. Shared by all
`enhance` variants.

The ratio reads high where noise is loud, because speech below it goes unseen: on composed
conversations by 1 to 3 dB from 10 to 20 dB, and by 4 dB at 5 dB.
"""

from __future__ import annotations

from collections.abc import Callable

import attrs
import numpy as np

from vsat_core.artifacts import SAMPLE_RATE, Environment
from vsat_plugins.enhance.levels import (
    HIGHEST_DBFS,
    LOWEST_DBFS,
    N_BINS,
    STEP_DB,
    WINDOW,
    WINDOW_ENERGY,
    AddFrames,
    Levels,
    add_frames,
    decibel,
    levels_of,
)

# frames below are gaps that someone cut out, which are not the noise of the room
DIGITAL_SILENCE_DBFS = -100.0
GAP_RANGE_DB = 70.0  # in a quiet recording, such gaps lie this far below its active level
# where nothing rises above the noise, and the noise is below this, the recording is silent
SILENT_DBFS = -70.0
QUIETEST = 0.2  # share of frames taken to hold no speech
NOISE_SPREAD_DB = 5.0  # what lies this little above the noise is still noise
MARGIN_DB = 15.9  # ITU-T P.56: speech this far below its own active level is a pause
NOISY_BELOW_DB = 24.0
TELEPHONE_BELOW_HZ = 4_200.0
# the spectrum ends where it has fallen this far below its peak in the speech band
BAND_DROP_DB = 60.0
SMOOTH_BINS = 5  # 156 Hz


@attrs.frozen
class Measured:
    """The environment, and what else `gate` and the level gain need to know."""

    environment: Environment
    # float64 (N_BINS,), mean squared magnitude without speech, for a window of energy 1
    noise_power: np.ndarray
    peak: float  # largest sample
    has_speech: bool  # whether anything rises above the noise


def measure(
    samples: np.ndarray, progress: Callable[[int], None], add: AddFrames = add_frames
) -> Measured:
    """Reads the recording once. `samples` float32 (n,); any length, also 0."""
    levels, peak = levels_of(samples, add, progress)
    bottom = LOWEST_DBFS + STEP_DB * np.arange(len(levels.counts))
    audible = bottom >= _gap_dbfs(levels, bottom)
    noise_db, ceiling_db = _noise(levels, bottom, audible)
    active = _active(levels, bottom, ceiling_db)
    rest = (bottom < ceiling_db) & audible
    has_speech = bool(levels.counts[active].any())
    loud = active if has_speech else rest
    level_db = levels.mean_db(loud)
    snr_db = _difference_db(level_db, noise_db) - noise_db if has_speech else 0.0
    bandwidth_hz = _bandwidth_hz(levels.mean_spectrum(loud))
    kind = _kind(level_db, snr_db, bandwidth_hz, has_speech)
    level, noise, snr = (round(db, 2) for db in (level_db, noise_db, snr_db))
    environment = Environment(kind, level, noise, snr, bandwidth_hz)
    return Measured(environment, levels.mean_spectrum(rest) / WINDOW_ENERGY, peak, has_speech)


def _kind(level_db: float, snr_db: float, bandwidth_hz: float, has_speech: bool) -> str:
    """Speech is judged against the recording's own noise: however quiet, it is not silence."""
    if level_db < SILENT_DBFS and not has_speech:
        return "silent"
    if bandwidth_hz < TELEPHONE_BELOW_HZ:
        return "telephone"
    return "noisy" if snr_db < NOISY_BELOW_DB else "quiet"


def _gap_dbfs(levels: Levels, bottom: np.ndarray) -> float:
    """Frames below this level are digital silence: absolute for usual levels, below those relative
    to the recording's.

    At -100 dBFS the pauses of a normal recording are gaps; those of one attenuated by 60 dB are its
    room.
    """
    loudest_db = levels.mean_db(_active(levels, bottom, LOWEST_DBFS))
    return max(min(DIGITAL_SILENCE_DBFS, loudest_db - GAP_RANGE_DB), LOWEST_DBFS + STEP_DB)


def _noise(levels: Levels, bottom: np.ndarray, audible: np.ndarray) -> tuple[float, float]:
    """Noise level, and the level from which on a frame counts as speech.

    The mean power of the quietest fifth of the frames, then of everything up to 5 dB above that.
    """
    counts = np.where(audible, levels.counts, 0)
    if not counts.any():
        return LOWEST_DBFS, HIGHEST_DBFS
    enough = int(np.argmax(np.cumsum(counts) >= QUIETEST * counts.sum()))
    quietest = levels.mean_db(audible & (np.arange(len(bottom)) <= enough))
    noise_db = levels.mean_db(audible & (bottom < quietest + NOISE_SPREAD_DB))
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
