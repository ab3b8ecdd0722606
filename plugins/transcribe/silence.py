"""Which stretches of a recording hold no sound that could be speech."""
from __future__ import annotations

import math

import numpy as np

from vsat_core.artifacts import Audio

FRAME = 480  # 30 ms
SILENCE_DBFS = -60.0
BELOW_SPEECH_DB = 40.0  # quieter than this below the recording's own speech is no speech
LOWEST_DBFS = -100.0  # rounding of 16-bit samples to zero and dither


def is_silent(audio: Audio, start: int, end: int, silence_dbfs: float = SILENCE_DBFS) -> bool:
    """Whether every full 30 ms of samples start..end stay below `threshold`; True when there is not one."""
    samples = audio.samples[start:end]
    frames = samples[: len(samples) // FRAME * FRAME].reshape(-1, FRAME)
    if not len(frames):
        return True
    power = np.einsum("ij,ij->i", frames, frames, dtype=np.float64).max() / FRAME
    return bool(power < 10 ** (threshold_dbfs(audio, silence_dbfs) / 10))


def threshold_dbfs(audio: Audio, silence_dbfs: float) -> float:
    """The level (dBFS of RMS) below which sound is silence: `silence_dbfs`, or less in a quiet recording.

    Speech that was recorded 30 dB too low is still speech, so the level of the recording's own speech counts.
    """
    found = audio.environment
    if found is None or not math.isfinite(found.level_dbfs):
        return silence_dbfs
    return max(LOWEST_DBFS, min(silence_dbfs, found.level_dbfs + found.gain_db - BELOW_SPEECH_DB))
