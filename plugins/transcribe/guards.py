"""What keeps a recogniser from inventing words where nobody speaks."""
from __future__ import annotations

import math

import numpy as np

from vsat_core.artifacts import SAMPLE_RATE

FRAME = 480  # 30 ms
LONGEST_PERIOD = 12  # words
REPEATS = 4
REPEATED_WORDS = 8


def token_limit(n_samples: int, tokens_per_s: float) -> int:
    """Most tokens for this much sound, at least one."""
    return max(1, math.ceil(n_samples * tokens_per_s / SAMPLE_RATE))


def is_silent(samples: np.ndarray, silence_dbfs: float) -> bool:
    """Whether every full 30 ms of float32 (n_samples,) stay below this RMS level; True when there is not one."""
    frames = samples[: len(samples) // FRAME * FRAME].reshape(-1, FRAME)
    if not len(frames):
        return True
    power = np.einsum("ij,ij->i", frames, frames, dtype=np.float64).max() / FRAME
    return bool(power < 10 ** (silence_dbfs / 10))


def without_loops(text: str) -> str:
    """The text cut after the first round of a phrase that comes at least four times and eight words in a row.

    >>> without_loops("and so " * 5 + "on")
    'and so'
    >>> without_loops("no no no no I said")
    'no no no no I said'
    """
    words = text.split()
    plain = [w.strip(".,;:!?").lower() for w in words]
    for period in range(1, min(LONGEST_PERIOD, len(words) // REPEATS) + 1):
        run = 0
        for at in range(period, len(words)):
            run = run + 1 if plain[at] == plain[at - period] else 0
            if run + period >= max(REPEATS * period, REPEATED_WORDS):
                return " ".join(words[: at + 1 - run])
    return " ".join(words)
