"""What every technique of `gate` shares: when nothing is to do, the level gain, and the gate's
constants.

Spectral gating after S. F. Boll, Suppression of acoustic noise in speech using spectral subtraction
(IEEE Trans. ASSP 27, 1979), with a floor (Berouti, Schwartz and Makhoul, ICASSP 1979) so that what
is taken away never leaves a hole: the short-time spectrum is multiplied by a mask between the floor
and 1.
"""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Callable

import attrs
import numpy as np

from vsat_core.artifacts import Audio
from vsat_core.plugin import Enhance, Run
from vsat_plugins.enhance import GateParams
from vsat_plugins.enhance.environment import Measured, measure
from vsat_plugins.enhance.levels import WINDOW, AddFrames, add_frames

HOP = WINDOW // 4  # 75 % overlap
SQRT_HANN_ENERGY = WINDOW / 2  # the sum of the squares of the window
OVERLAP_SUM = 2.0  # what they add up to over the frames a sample lies in
SHUT_DB = 3.0  # the mean of noise fluctuates: up to here a bin is noise for certain
NEAR_FRAMES, NEAR_BINS = 2, 1  # neighbours on each side that the mask is averaged over
SMALLEST_GAIN_DB = 1.0  # below this the samples stay as they are
GAIN_BLOCK = 1 << 20
TINY = 1e-12
# where frame 0 begins: before the recording, so that its first sample lies in as many frames as any
FIRST_FRAME = HOP - WINDOW


def frame_count(n_samples: int) -> int:
    """How many frames it takes until every sample lies in four of them; 0 without samples."""
    return -(-(n_samples - FIRST_FRAME) // HOP) if n_samples else 0


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
    if not measured.has_speech or measured.environment.kind == "silent":
        return 0.0
    headroom_db = -20 * float(np.log10(max(measured.peak, TINY)))
    gain = min(target_dbfs - measured.environment.level_dbfs, headroom_db)
    return round(gain, 2) if abs(gain) >= SMALLEST_GAIN_DB else 0.0


def is_clean(measured: Measured, clean_snr_db: float) -> bool:
    """Whether the samples are to be left alone: little noise, or nothing else."""
    environment = measured.environment
    silent = environment.kind == "silent" or not measured.has_speech
    return silent or environment.snr_db >= clean_snr_db


@attrs.frozen(eq=False)
class Noisy:
    """Sound to gate. `noise` float64 (N_BINS,) is what noise alone gives as mean squared magnitude
    of a frame under the sqrt-Hann window; the result is multiplied by `gain`.
    """

    samples: np.ndarray
    noise: np.ndarray
    gain: float
    progress: Callable[[int], None]


class Gate(Enhance):
    """The recording with its Environment, at the target level, gated if it is noisy."""

    params: GateParams

    @property
    def add_frames(self) -> AddFrames:
        """What the environment is measured by."""
        return add_frames

    @property
    def floor(self) -> float:
        """The smallest value of the mask."""
        return float(10 ** (-self.params.reduction_db / 20))

    @abstractmethod
    def gate(self, noisy: Noisy, out: np.ndarray) -> None:
        """Fill `out` float32 (n,)."""

    def __call__(self, audio: Audio, *, run: Run) -> Audio:
        samples, n = audio.samples, len(audio.samples)
        measured = measure(samples, lambda done: run.progress(done // 2), self.add_frames)
        gain_db = gain_db_for(measured, self.params.target_dbfs)
        gain = 10 ** (gain_db / 20)
        clean = is_clean(measured, self.params.clean_snr_db)
        if clean and gain_db == 0.0:
            run.progress(n)
            return attrs.evolve(audio, environment=measured.environment)
        out = run.array((n,), "float32")
        if clean:
            for begin in range(0, n, GAIN_BLOCK):
                block = slice(begin, begin + GAIN_BLOCK)
                np.multiply(samples[block], np.float32(gain), out=out[block])
                run.progress((n + begin) // 2)
        else:
            noise = measured.noise_power * SQRT_HANN_ENERGY
            self.gate(Noisy(samples, noise, gain, lambda done: run.progress((n + done) // 2)), out)
        for begin in range(0, n, GAIN_BLOCK):
            piece = out[begin : begin + GAIN_BLOCK]
            np.clip(piece, -1, 1, out=piece)
            run.progress(n)
        environment = attrs.evolve(measured.environment, gain_db=gain_db, enhanced=not clean)
        return Audio(out, environment, audio.layout)
