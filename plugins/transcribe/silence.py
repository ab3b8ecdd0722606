"""Which stretches of a recording hold no sound that could be speech."""

from __future__ import annotations

import numpy as np

from vsat_core.artifacts import Audio, Utterances

FRAME = 480  # 30 ms
SILENCE_DBFS = -60.0
ABOVE_NOISE_DB = 5.0  # what stays within this much of the recording's noise is noise


def is_silent(audio: Audio, start: int, end: int, silence_dbfs: float = SILENCE_DBFS) -> bool:
    """Whether every full 30 ms of samples start..end stay below the threshold; True when there is
    not one.
    """
    samples = audio.samples[start:end]
    if len(samples) < FRAME:
        return True
    return loudest_power(samples) < 10 ** (threshold_dbfs(audio, silence_dbfs) / 10)


def loudest_power(samples: np.ndarray) -> float:
    """Mean square of the loudest full 30 ms of float32 (n_samples,); 0 when there is not one."""
    frames = samples[: len(samples) // FRAME * FRAME].reshape(-1, FRAME)
    return float(np.einsum("ij,ij->i", frames, frames, dtype=np.float64).max(initial=0.0)) / FRAME


def threshold_dbfs(audio: Audio, silence_dbfs: float) -> float:
    """The level (dBFS of RMS) below which sound is silence: `silence_dbfs`, or just above a lower
    noise floor.

    Speech is judged against the recording's own noise, not an absolute level: it may be recorded
    far too low, or come from far away. In a silent recording nothing rises above the noise, and the
    given level stays.
    """
    room = audio.environment
    if room is None or room.kind == "silent":
        return silence_dbfs
    return min(silence_dbfs, room.noise_dbfs + room.gain_db + ABOVE_NOISE_DB)


def bounds_of(utterances: Utterances) -> list[tuple[int, int]]:
    """(start, end) of each utterance."""
    return list(zip(utterances.start.tolist(), utterances.end.tolist(), strict=True))
