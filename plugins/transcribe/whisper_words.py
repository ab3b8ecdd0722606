"""The words in what Whisper wrote, each with its times and its probability, from the tokens and
the frames that CTranslate2's `align` gives them (cross-attention and dynamic time warping).
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

import attrs
import numpy as np

from vsat_core.artifacts import SAMPLE_RATE
from vsat_core.formats.scripts import UNSPACED

if TYPE_CHECKING:
    from ctranslate2.models import WhisperAlignmentResult
    from faster_whisper.tokenizer import Tokenizer

FRAME = SAMPLE_RATE // 50  # samples of a frame of the encoder's answer
# frames that attention moves to a word before it begins: the median against forced alignment by
# PocketSphinx, on 1,145 words of other conversations than those of docs/accuracy.md
EARLY = 2
OPENING = "\"'“‘¿¡([{-「『（《"  # belong to the word behind them


@attrs.frozen
class TimedWord:
    """A word without blanks; samples from the beginning of the window; the natural
    log-probabilities of its tokens.
    """

    text: str
    start: int
    end: int
    log_probabilities: tuple[float, ...]
    confidence: float


def words_of(
    tokenizer: Tokenizer, tokens: Sequence[int], aligned: WhisperAlignmentResult
) -> list[TimedWord]:
    """The words of one text, in order. `tokens` are its tokens without the last sign."""
    units, unit_tokens = tokenizer.split_to_word_tokens([*tokens, tokenizer.eot])
    units, unit_tokens = units[:-1], unit_tokens[:-1]
    if not units or not aligned.alignments:
        return []
    bounds = np.cumsum([0, *map(len, unit_tokens)])
    begins = _frames(aligned, int(bounds[-1]) + 1)
    probabilities = np.maximum(np.asarray(aligned.text_token_probs, np.float64), 1e-10)
    words = []
    for first, last in grouped(units, tokenizer.language_code in UNSPACED):
        a, b = int(bounds[first]), int(bounds[last])
        own = [
            p
            for k in range(first, last)
            if any(c.isalnum() for c in units[k])
            for p in probabilities[bounds[k] : bounds[k + 1]].tolist()
        ]
        words.append(
            TimedWord(
                "".join(units[first:last]).strip(),
                int(begins[a] + EARLY) * FRAME,
                int(max(begins[b], begins[a] + 1) + EARLY) * FRAME,
                tuple(np.log(probabilities[a:b]).tolist()),
                float(np.mean(own or probabilities[a:b])),
            )
        )
    return [word for word in words if word.text]


def _frames(aligned: WhisperAlignmentResult, n: int) -> np.ndarray:
    """int64 (n,): the first frame of each token, that of the sign behind the last one included."""
    token, frame = np.asarray(aligned.alignments, np.int64).T
    first = np.flatnonzero(np.diff(token, prepend=-1))
    begins = np.full(n, frame[-1], np.int64)
    begins[: min(n, len(first))] = frame[first[:n]]
    return begins


def grouped(units: Sequence[str], unspaced: bool) -> Iterator[tuple[int, int]]:
    """First and last + 1 of the units that make one word: a blank begins one, and in a language
    without blanks every unit does that is more than a sign.
    """
    if not units:
        return
    first = 0
    for k in range(1, len(units)):
        before, unit = units[k - 1], units[k]
        opened = unspaced and before.strip() and before.strip() in OPENING
        if unit.startswith(" ") or (unspaced and not opened and _begins(before, unit)):
            yield first, k
            first = k
    yield first, len(units)


def _begins(before: str, unit: str) -> bool:
    """Whether a word of a language without blanks begins with this unit: a sign belongs to what is
    before it, and letters and digits of another script stay together.
    """
    if unit in OPENING:
        return True
    latin = unit[:1].isascii() and before[-1:].isascii() and before[-1:].isalnum()
    return any(c.isalnum() for c in unit) and not latin
