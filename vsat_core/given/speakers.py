"""The transcript of words whose speakers a file names."""

from __future__ import annotations

from collections.abc import Sequence

import attrs
import numpy as np

from vsat_core.artifacts import SAMPLE_RATE, Transcript, Turns, Words

JOIN = SAMPLE_RATE // 2  # samples between words of one speaker that are one turn


def named_transcript(words: Words, speakers: Sequence[str | None]) -> Transcript:
    """The words with the speaker of each, numbered by first appearance; None is nobody known."""
    first: dict[str, int] = {}
    for who, start in zip(speakers, words.start.tolist(), strict=True):
        if who is not None:
            first[who] = min(start, first.get(who, start))
    names = sorted(first, key=lambda name: first[name])
    number = {name: i for i, name in enumerate(names)}
    label = np.array([-1 if who is None else number[who] for who in speakers], np.int32)
    transcript = Transcript.of(words, _turns(words, label.tolist()), label)
    return attrs.evolve(transcript, names=tuple(names))


def _turns(words: Words, label: Sequence[int]) -> Turns:
    """Runs of words of one speaker without a pause."""
    rows: list[list[int]] = []
    before = -1
    for start, end, who in zip(words.start.tolist(), words.end.tolist(), label, strict=True):
        if who >= 0 and who == before and start - rows[-1][1] <= JOIN:
            rows[-1][1] = max(rows[-1][1], end)
        elif who >= 0:
            rows.append([start, end, who])
        before = who
    columns = np.array(sorted(rows), np.int64).reshape(-1, 3)
    return Turns(columns[:, 0], columns[:, 1], columns[:, 2].astype(np.int32))
