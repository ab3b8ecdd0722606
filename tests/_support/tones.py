"""Tones of known level, for what decides by the level of sound."""

import numpy as np

from vsat_core.artifacts import SAMPLE_RATE, Audio, Environment


def tones(room: Environment, *parts: tuple[float, float]) -> Audio:
    """A tone of (seconds, dBFS) after another, recorded in this environment."""
    pieces = []
    for seconds, dbfs in parts:
        t = np.arange(round(seconds * SAMPLE_RATE))
        pieces.append(np.sin(2 * np.pi * t / 40) * 10 ** (dbfs / 20) * 2**0.5)
    return Audio(np.concatenate(pieces).astype(np.float32), room)
