"""What all variants of `align` share: times that came with the text, and the shape of the
answer.
"""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np

from vsat_core.artifacts import Audio, TextColumn, Texts, Utterances, Words
from vsat_plugins.transcribe.silence import is_silent

Times = list[
    tuple[int, int]
]  # start and end of each word of one utterance, samples of the recording
Unclear = tuple[int, int, str, str]  # start and end in samples, the text removed, the reason
NO_WORDS = "no words recognised"


def passed_on(audio: Audio, utterances: Utterances, texts: Texts) -> Words | None:
    """The words with the recogniser's own times, None where it gave none."""
    if not texts.timed:
        return None
    times = iter(zip(texts.word_start.tolist(), texts.word_end.tolist(), strict=True))
    return collected(
        audio, utterances, texts, [[next(times) for _ in text.split()] for text in texts.text]
    )


def collected(audio: Audio, utterances: Utterances, texts: Texts, times: Iterable[Times]) -> Words:
    """The words of all utterances from the times of each, and the stretches that are unclear."""
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
    utterance = np.repeat(np.arange(len(counts)), counts).astype(np.int32)
    unclear = unclear_of(audio, utterances, texts, rows, counts)
    bounds = np.array([row[:2] for row in unclear], np.int64).reshape(-1, 2)
    return Words(
        TextColumn.of(words),
        columns[:, 0],
        columns[:, 1],
        utterance,
        bounds[:, 0],
        bounds[:, 1],
        TextColumn.of(row[2] for row in unclear),
        TextColumn.of(row[3] for row in unclear),
    )


def bounds_of(utterances: Utterances) -> list[tuple[int, int]]:
    """(start, end) of each utterance."""
    return list(zip(utterances.start.tolist(), utterances.end.tolist(), strict=True))


def unclear_of(
    audio: Audio, utterances: Utterances, texts: Texts, times: Times, counts: list[int]
) -> list[Unclear]:
    """The stretches without trusted text, in order of time, given the times of all words and each
    utterance's number.

    A removed part lies between the words around it. An utterance without any word is one, unless it
    is silent.
    """
    bounds, first = bounds_of(utterances), np.cumsum([0, *counts]).tolist()
    found: list[Unclear] = []
    known = set(texts.unclear_utterance.tolist())
    rows = zip(texts.unclear_utterance.tolist(), texts.unclear_place.tolist(), strict=True)
    for (i, place), text, reason in zip(
        rows, texts.unclear_text, texts.unclear_reason, strict=True
    ):
        start, end = bounds[i]
        start = min(times[first[i] + place - 1][1], end - 1) if place else start
        end = times[first[i] + place][0] if place < counts[i] else end
        found.append((start, max(end, start + 1), text, reason))
    for i, ((start, end), count) in enumerate(zip(bounds, counts, strict=True)):
        if not count and i not in known and not is_silent(audio, start, end):
            found.append((start, end, "", NO_WORDS))
    return sorted(found)
