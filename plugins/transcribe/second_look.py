"""A second look at doubtful answers: the same sound, once shifted and once faster, is recognised again.

Real speech gives much the same words again, even misheard ones; text that was invented for babble or noise comes out
differently. It costs two more recognitions, so only improbable texts of some length are looked at.
"""
from __future__ import annotations

from collections.abc import Callable, Sequence
from difflib import SequenceMatcher

import attrs
import numpy as np
import soxr

from vsat_plugins.transcribe.hallucinations import Answer
from vsat_plugins.transcribe.loops import bare

LEAST_TOKENS = 6  # two guesses at a word or two are often unlike even for real speech
DOUBTFUL_LOG_PROBABILITY = -0.6
EXTRA_TOKENS = 5  # that the other texts may be longer
PADDING = 1_600  # samples of silence before and after, which move the sound against the network's frames
SHORTER = 0.93  # the duration of the faster sound
NAMES = ("zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine")
DIGITS = {ord("0") + digit: f" {name} " for digit, name in enumerate(NAMES)}

Recognise = Callable[[Sequence[np.ndarray], Sequence[int]], list[str]]  # sounds, maximum numbers of tokens -> texts


def is_doubtful(answer: Answer) -> bool:
    """Whether an answer is worth two more recognitions."""
    return answer.n_tokens >= LEAST_TOKENS and answer.log_probability < DOUBTFUL_LOG_PROBABILITY and not answer.cut_off


def looked_at_again(samples: np.ndarray, answer: Answer, recognise: Recognise) -> Answer:
    """The answer with its `agreement`; `samples` is the sound, float32 (n_samples,), that it was given for."""
    sounds = [np.pad(samples, PADDING), soxr.resample(samples, 1.0, SHORTER, "HQ")]
    texts = recognise(sounds, [answer.n_tokens + EXTRA_TOKENS] * len(sounds))
    return attrs.evolve(answer, agreement=max(similarity(answer.text, text) for text in texts))


def similarity(a: str, b: str) -> float:
    """How alike two texts are by their characters (0 to 1), whether digits are written as signs or as words.

    >>> similarity("Four, seven one!", "4 7 1")
    1.0
    >>> similarity("It is a wrap.", "you see") < 0.3
    True
    """
    return SequenceMatcher(None, _plain(a), _plain(b), autojunk=False).ratio()


def _plain(text: str) -> str:
    return " ".join(map(bare, text.translate(DIGITS).replace("-", " ").split()))
