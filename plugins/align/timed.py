"""What all variants of `align` share: times that came with the text, and the shape of the answer."""
from __future__ import annotations

from collections.abc import Iterable

import numpy as np

from vsat_core.artifacts import TextColumn, Texts, Utterances, Words

Times = list[tuple[int, int]]  # start and end of each word of one utterance, samples of the recording


def passed_on(texts: Texts) -> Words | None:
    """The words with the recogniser's own times, None where it gave none."""
    if not texts.timed:
        return None
    counts = [len(text.split()) for text in texts.text]
    words = [word for text in texts.text for word in text.split()]
    return Words(TextColumn.of(words), texts.word_start, texts.word_end, _numbered(counts))


def collected(texts: Texts, times: Iterable[Times]) -> Words:
    """The words of all utterances from the times of each."""
    words: list[str] = []
    rows: Times = []
    counts = []
    for text, found in zip(texts.text, times, strict=True):
        said = text.split()
        if len(said) != len(found):
            raise ValueError(f"{len(said)} words, but {len(found)} times")
        words += said
        rows += found
        counts.append(len(said))
    columns = np.array(rows, np.int64).reshape(-1, 2)
    return Words(TextColumn.of(words), columns[:, 0], columns[:, 1], _numbered(counts))


def bounds_of(utterances: Utterances) -> list[tuple[int, int]]:
    """(start, end) of each utterance."""
    return list(zip(utterances.start.tolist(), utterances.end.tolist(), strict=True))


def _numbered(counts: list[int]) -> np.ndarray:
    return np.repeat(np.arange(len(counts)), counts).astype(np.int32)
