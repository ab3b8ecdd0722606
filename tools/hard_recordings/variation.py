"""Utterances of one reader that differ as those of somebody who talks do.

Readers of one session sound alike from sentence to sentence. Somebody in a conversation turns his
head, leans back and gets excited: each utterance gets a speed, a treble and a level of its own.
"""

from __future__ import annotations

import random

import attrs
import numpy as np
import scipy.signal

from tools.hard_recordings.levels import RATE

SPEED = 0.04  # at most so much faster or slower
TREBLE_DB = 4.0  # more or less above CORNER_HZ
LEVEL_DB = 3.0
CORNER_HZ = 1500.0


@attrs.frozen
class Variation:
    """What an utterance is changed by."""

    speed: float = 1.0
    treble_db: float = 0.0
    gain_db: float = 0.0

    @classmethod
    def of(cls, seed: int, utterance: str) -> Variation:
        """That of an utterance in a conversation."""
        draw = random.Random(f"{utterance}-{seed}")
        speed, treble, level = (2 * draw.random() - 1 for _ in range(3))
        return cls(1 + SPEED * speed, TREBLE_DB * treble, LEVEL_DB * level)


def shelved(x: np.ndarray, treble_db: float) -> np.ndarray:
    """The sound with that much more above CORNER_HZ: a shelving filter of first order."""
    if not treble_db:
        return x
    gain, w = 10 ** (treble_db / 20), np.tan(np.pi * CORNER_HZ / RATE)
    b = np.array([gain + w, w - gain]) / (1 + w)
    return np.asarray(scipy.signal.lfilter(b, [1.0, (w - 1) / (1 + w)], x))
