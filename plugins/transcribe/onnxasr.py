"""What a recogniser of onnx-asr answers, as words with times and probabilities."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import TYPE_CHECKING

import attrs
import numpy as np

from vsat_core.artifacts import SAMPLE_RATE
from vsat_plugins.transcribe.hallucinations import Answer

if TYPE_CHECKING:
    from onnx_asr.asr import TimestampedResult

LONGEST = 30 * SAMPLE_RATE  # samples; the networks were trained on less
EARLIEST = 20 * SAMPLE_RATE  # where longer sound may be cut
FRAME = SAMPLE_RATE // 100
SPOKEN_S = 0.2  # a token's own time, where no other follows


def answer_of(result: TimestampedResult, n_samples: int) -> Answer:
    """An answer of onnx-asr with words; `n_samples` is the length of the sound."""
    words = result.text.split()
    tokens, logs = result.tokens or [], result.logprobs or []
    if any(value > 0 for value in logs) or len(logs) != len(tokens):
        logs = []  # no log-probabilities: some exported decoders give scores
    mean = sum(logs) / len(logs) if logs else math.nan
    owner = owners(words, tokens)
    if not words or owner is None:
        return Answer(" ".join(words), mean, len(tokens) or len(words))
    first, last = owner
    confidences = [
        math.exp(sum(logs[a : b + 1]) / (b + 1 - a)) if logs else math.nan
        for a, b in zip(first, last, strict=True)
    ]
    times = _times(first, last, result.timestamps, n_samples) if result.timestamps else []
    sure = tuple(confidences) if logs else ()
    return Answer(" ".join(words), mean, len(tokens), times=tuple(times), confidences=sure)


def owners(words: Sequence[str], tokens: Sequence[str]) -> tuple[list[int], list[int]] | None:
    """The first and the last token of each word; None where the tokens do not spell the words.

    >>> owners(["I", "am,"], [" I", " a", "m", ","])
    ([0, 1], [0, 3])
    """
    letters = [(c, k) for k, token in enumerate(tokens) for c in token if not c.isspace()]
    if "".join(c for c, _ in letters) != "".join(words):
        return None
    ends = np.cumsum([len(word) for word in words]).tolist()
    first = [letters[end - len(word)][1] for end, word in zip(ends, words, strict=True)]
    return first, [letters[end - 1][1] for end in ends]


def _times(
    first: Sequence[int], last: Sequence[int], seconds: Sequence[float], n_samples: int
) -> list[tuple[int, int]]:
    """Start and end of each word: an end is where the next word begins, or soon after the last
    token.
    """
    starts = [min(max(round(seconds[k] * SAMPLE_RATE), 0), n_samples - 1) for k in first]
    starts = np.maximum.accumulate(starts).tolist()
    times = []
    for i, (start, k) in enumerate(zip(starts, last, strict=True)):
        end = round((seconds[k] + SPOKEN_S) * SAMPLE_RATE)
        limit = starts[i + 1] if i + 1 < len(starts) else n_samples
        times.append((start, min(max(min(end, limit), start + 1), n_samples)))
    return times


def cuts(sound: np.ndarray) -> list[int]:
    """Where float32 (n_samples,) is cut so that no part is longer than 30 s, its ends included: at
    the quietest 10 ms.
    """
    bounds = [0]
    while len(sound) - bounds[-1] > LONGEST:
        stretch = sound[bounds[-1] + EARLIEST : bounds[-1] + LONGEST]
        power = np.square(stretch[: len(stretch) // FRAME * FRAME].reshape(-1, FRAME)).sum(1)
        bounds.append(bounds[-1] + EARLIEST + int(power.argmin()) * FRAME)
    return [*bounds, len(sound)]


def joined(answers: Sequence[tuple[int, Answer]]) -> Answer:
    """The answers to the parts of a sound, each with the sample where its part begins."""
    kept = [(begin, answer) for begin, answer in answers if answer.text]
    if not kept:
        return Answer()
    n = sum(answer.n_tokens for _, answer in kept)
    total = sum(answer.log_probability * answer.n_tokens for _, answer in kept)
    whole = Answer(" ".join(answer.text for _, answer in kept), total / n if n else math.nan, n)
    times = [(a + begin, b + begin) for begin, answer in kept for a, b in answer.times]
    sure = [p for _, answer in kept for p in answer.confidences]
    n_words = len(whole.text.split())
    return attrs.evolve(
        whole,
        times=tuple(times) if len(times) == n_words else (),
        confidences=tuple(sure) if len(sure) == n_words else (),
    )
