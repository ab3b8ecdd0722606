"""How loud an utterance is for its recording: quiet speech is neither silence nor handed over as it is.

The recognisers' networks expect speech near -23 dBFS. Moonshine makes twice the errors 40 dB below that level and
gives nothing useful from 60 dB below on; a far speaker in a recording of a near one may be that quiet.
"""
from __future__ import annotations

import numpy as np

from vsat_core.artifacts import Audio
from vsat_plugins.transcribe.guards import FRAME

ABOVE_NOISE_DB = 5.0  # what stays within this much of the recording's noise is noise
QUIET_DBFS = -45.0  # utterances whose loudest 30 ms stay below are brought up
TARGET_DBFS = -18.0  # level of their loudest 30 ms then: that of speech at -23 dBFS


def silence_dbfs(audio: Audio, limit_dbfs: float) -> float:
    """The level below which an utterance of this recording is silence, in dBFS.

    `limit_dbfs`, or just above the recording's own noise where that is lower. A silent recording has no speech to
    compare with: the limit stays.
    """
    room = audio.environment
    if room is None or room.kind == "silent":
        return limit_dbfs
    return min(limit_dbfs, room.noise_dbfs + room.gain_db + ABOVE_NOISE_DB)


def loudest_power(samples: np.ndarray) -> float:
    """Mean square of the loudest full 30 ms of float32 (n_samples,); 0 when there is not one."""
    frames = samples[: len(samples) // FRAME * FRAME].reshape(-1, FRAME)
    return float(np.einsum("ij,ij->i", frames, frames, dtype=np.float64).max(initial=0.0)) / FRAME


def brought_up(samples: np.ndarray) -> np.ndarray:
    """float32 (n_samples,): the utterance itself, or amplified where it is much quieter than the networks expect."""
    power = loudest_power(samples)
    if power == 0 or power >= 10 ** (QUIET_DBFS / 10):
        return samples
    louder = samples * np.float32((10 ** (TARGET_DBFS / 10) / power) ** 0.5)
    return np.clip(louder, -1, 1)
