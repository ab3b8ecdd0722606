"""What every technique of `gate` shares: when to leave early, the level gain, and the gate's
constants.

Spectral gating after S. F. Boll, Suppression of acoustic noise in speech using spectral subtraction
(IEEE Trans. ASSP 27, 1979), with a floor (Berouti, Schwartz and Makhoul, ICASSP 1979) so that what
is taken away never leaves a hole: the short-time spectrum is multiplied by a mask between the floor
and 1.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import attrs
import numpy as np

from vsat_core.artifacts import Audio
from vsat_core.contract.protocols import Run
from vsat_plugins.enhance.environment import WINDOW, Measured, measure

HOP = WINDOW // 4  # 75 % overlap
WINDOW_ENERGY = WINDOW / 2  # the sum of the squares of the sqrt-Hann window
OVERLAP_SUM = 2.0  # what they add up to over the frames a sample lies in
SHUT_DB = 3.0  # the mean of noise fluctuates: up to here a bin is noise for certain
NEAR_FRAMES, NEAR_BINS = 2, 1  # the mask is averaged over so many neighbours each side
SMALLEST_GAIN_DB = 1.0  # below this the samples stay as they are
GAIN_BLOCK = 1 << 20
TINY = 1e-12


def first_frame_start() -> int:
    """Where frame 0 begins, before the recording, so that its first sample lies in as many frames
    as any other.
    """
    return HOP - WINDOW


def frame_count(n_samples: int) -> int:
    """How many frames it takes until every sample lies in four of them; 0 without samples."""
    return -(-(n_samples - first_frame_start()) // HOP) if n_samples else 0


def between(samples: np.ndarray, first: int, last: int) -> np.ndarray:
    """A copy of samples first..last, float32; zeros outside the recording."""
    out = np.zeros(last - first, np.float32)
    a, b = max(first, 0), min(last, len(samples))
    out[a - first : b - first] = samples[a:b]
    return out


def gain_db_for(measured: Measured, target_dbfs: float) -> float:
    """The gain that brings active speech to the target, without a sample above 1; 0.0 if it is not
    worth changing.
    """
    if not measured.speaks or measured.environment.kind == "silent":
        return 0.0
    headroom_db = -20 * float(np.log10(max(measured.peak, TINY)))
    gain = min(target_dbfs - measured.environment.level_dbfs, headroom_db)
    return round(gain, 2) if abs(gain) >= SMALLEST_GAIN_DB else 0.0


def is_clean(measured: Measured, clean_snr_db: float) -> bool:
    """Whether the samples are to be left alone: little noise, or nothing else."""
    found = measured.environment
    return found.kind == "silent" or not measured.speaks or found.snr_db >= clean_snr_db


Gate = Callable[[np.ndarray, np.ndarray, np.ndarray, float, Callable[[int], None]], None]


def enhance(audio: Audio, params: Any, gate: Gate, run: Run) -> Audio:
    """Measure; then leave the samples alone, change their level, or gate them.

    `gate(samples, noise_squares, out, gain, progress)` fills `out`; `noise_squares` float64
    (N_BINS,) is what noise alone gives as mean squared magnitude of a frame under the sqrt-Hann
    window.
    """
    samples, n = audio.samples, len(audio.samples)
    measured = measure(samples, lambda done: run.progress(done // 2))
    gain_db = gain_db_for(measured, params.target_dbfs)
    gain = 10 ** (gain_db / 20)
    clean = is_clean(measured, params.clean_snr_db)
    if clean and gain_db == 0.0:
        run.progress(n)
        return Audio(samples, measured.environment)
    out = run.array((n,), "float32")
    if clean:
        for begin in range(0, n, GAIN_BLOCK):
            np.multiply(
                samples[begin : begin + GAIN_BLOCK],
                np.float32(gain),
                out=out[begin : begin + GAIN_BLOCK],
            )
            run.progress((n + begin) // 2)
    else:
        gate(
            samples,
            measured.noise_power * WINDOW_ENERGY,
            out,
            gain,
            lambda done: run.progress((n + done) // 2),
        )
    np.clip(out, -1, 1, out=out)
    run.progress(n)
    return Audio(out, attrs.evolve(measured.environment, gain_db=gain_db, enhanced=not clean))
