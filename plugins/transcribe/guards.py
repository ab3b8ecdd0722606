"""What keeps a recogniser from inventing words where nobody speaks."""
from __future__ import annotations

import math

import numpy as np

from vsat_core.artifacts import SAMPLE_RATE

FRAME = 480  # 30 ms
LONGEST_PERIOD = 12  # words
REPEATS = 4
REPEATED_WORDS = 8
STOCK_PHRASES = {("you",), ("thank", "you", "for", "watching")}  # its answers to noise and tones


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


def without_loops(words: list[str]) -> list[str]:
    """The words before the second round of a phrase that comes at least four times and eight words in a row.

    A text that is such a loop from its first word on is no speech: nothing is left of it.

    >>> without_loops("Yes. " .split() + 5 * "And so,".split())
    ['Yes.', 'And', 'so,']
    >>> without_loops("no no no no I said".split())
    ['no', 'no', 'no', 'no', 'I', 'said']
    """
    plain = [bare(w) for w in words]
    for period in range(1, min(LONGEST_PERIOD, len(words) // REPEATS) + 1):
        run = 0  # words so far that equal those one period earlier
        for at in range(period, len(words)):
            run = run + 1 if plain[at] == plain[at - period] else 0
            if run + period >= max(REPEATS * period, REPEATED_WORDS):
                second = at + 1 - run
                return words[:second] if second > period else []
    return words


def bare(word: str) -> str:
    """A word in lower case without the signs around it."""
    return word.strip(".,;:!?\"'").lower()


def believed(text: str, n_samples: int, min_words_per_s: float) -> str:
    """What can be believed of a text for this much sound: "" for what Moonshine is known to invent.

    Signs such as notes are left out, loops cut. Nothing remains of a stock phrase or of far too few words.

    >>> believed("♪♪ Hello there.", 16_000, 0.6)
    'Hello there.'
    >>> believed("You", 160_000, 0.6)
    ''
    """
    words = without_loops([w for w in text.split() if any(c.isalnum() for c in w)])
    if tuple(map(bare, words)) in STOCK_PHRASES or len(words) < min_words_per_s * n_samples / SAMPLE_RATE:
        return ""
    return " ".join(words)
