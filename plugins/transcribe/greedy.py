"""Greedy decoding of several utterances at once, whatever computes the networks of Moonshine.

Jeffries et al., "Moonshine: Speech Recognition for Live Transcription and Voice Commands", arXiv
2410.15608.
"""

from __future__ import annotations

import math
from abc import ABC, abstractmethod
from collections.abc import Sequence

import attrs
import numpy as np

from vsat_core.artifacts import SAMPLE_RATE
from vsat_plugins.transcribe.tokens import END

LAYERS, HEADS, HEAD_SIZE = 6, 8, 36
SIZE = HEADS * HEAD_SIZE
ROTATED = 32  # values of a head
EPSILON = 1e-5  # of the norms, added to the variance
SHRINK_BELOW = 0.5  # finished rows leave the batch once no more than this share is still unfinished
MIN_SAMPLES = 1_600  # the encoder's convolutions need 0.06 s; shorter sound is padded with silence


@attrs.frozen
class Decoded:
    """One utterance's tokens, without start and end, and the natural log-probability of each choice
    made: of every token and, unless decoding was stopped, of the end.
    """

    tokens: tuple[int, ...]
    scores: tuple[float, ...]

    @property
    def log_probability(self) -> float:
        """The mean of all choices."""
        return sum(self.scores) / len(self.scores)


def token_limit(n_samples: int, tokens_per_s: float) -> int:
    """The maximum number of tokens for this much sound, at least one."""
    return max(1, math.ceil(n_samples * tokens_per_s / SAMPLE_RATE))


def turning_rates() -> np.ndarray:
    """By how much a value of a head turns from one frame or token to the next, float64
    (HEAD_SIZE,): rotary positions (Su et al., "RoFormer", arXiv 2104.09864, equation 34); the last
    four values stay as they are.
    """
    rates = np.zeros(HEAD_SIZE)
    rates[:ROTATED] = np.repeat(10_000.0 ** -(np.arange(0, ROTATED, 2) / ROTATED), 2)
    return rates


def joined(query: np.ndarray, key: np.ndarray, value: np.ndarray) -> np.ndarray:
    """The matrices of an attention as one; the products of queries and keys need no scale then."""
    return np.concatenate([query * np.float32(HEAD_SIZE**-0.5), key, value], 1)


def likeliest(logits: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """The highest of each row of float32 (n_rows, n_tokens), the first of equals, int64, and its
    natural log-probability.
    """
    best = logits.argmax(axis=1)
    above = logits - np.take_along_axis(logits, best[:, None], axis=1)
    return best.astype(np.int64), -np.log(np.exp(above).sum(axis=1))


class Steps(ABC):
    """Utterances on their way through a decoder, a row each."""

    @abstractmethod
    def step(self) -> tuple[list[int], list[float]]:
        """The next token of each row and its natural log-probability."""

    @abstractmethod
    def keep(self, rows: list[int]) -> None:
        """Go on with these rows only."""


class Greedy(ABC):
    """Encoder and decoder. Safe to use from several threads."""

    @abstractmethod
    def encode(self, samples: np.ndarray) -> np.ndarray:
        """Hidden states float32 (n_frames, SIZE) of one utterance, float32 (n_samples,) at 16 kHz.

        Utterances are encoded one by one: padding to a common length would change the result and
        cost time.
        """

    @abstractmethod
    def begin(self, lengths: list[int], hidden: list[np.ndarray]) -> Steps:
        """Utterances of so many samples, ready for their first token."""

    def transcribe(self, sounds: Sequence[np.ndarray], limits: Sequence[int]) -> list[Decoded]:
        """The likeliest token at each step for utterances float32 (n_samples,); utterance i gets at
        most limits[i].
        """
        batch = self.begin([len(s) for s in sounds], [self.encode(s) for s in sounds])
        tokens: list[list[int]] = [[] for _ in sounds]
        scores: list[list[float]] = [[] for _ in sounds]
        rows = list(range(len(sounds)))  # which utterance sits in each row of the batch
        unfinished = set(rows)
        while unfinished:
            for row, token, score in zip(rows, *batch.step(), strict=True):
                if row not in unfinished:
                    continue
                scores[row].append(score)
                if token != END:
                    tokens[row].append(token)
                if token == END or len(tokens[row]) >= limits[row]:
                    unfinished.remove(row)
            if 0 < len(unfinished) <= SHRINK_BELOW * len(rows):
                kept = [j for j, row in enumerate(rows) if row in unfinished]
                batch.keep(kept)
                rows = [rows[j] for j in kept]
        return [Decoded(tuple(t), tuple(s)) for t, s in zip(tokens, scores, strict=True)]
