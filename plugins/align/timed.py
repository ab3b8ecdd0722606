"""What all variants of `align` share: times that came with the text, and the shape of the
answer.
"""

from collections.abc import Generator, Iterable
from contextlib import closing
from typing import Any

import numpy as np

from vsat_core.artifacts import Audio, TextColumn, Texts, Utterances, Words
from vsat_core.plugin import Align, Run
from vsat_plugins.align import SpreadParams
from vsat_plugins.transcribe.silence import bounds_of, is_silent

# start and end of each word of one utterance, samples of the recording
Times = list[tuple[int, int]]
Job = tuple[int, int, list[str]]  # start and end of an utterance, its words, at least one
Unclear = tuple[int, int, str, str]  # start and end in samples, the text removed, the reason
NO_WORDS = "no words recognised"


def job_name(job: Job) -> str:
    """What tells an utterance from the others of its recording."""
    return f"{job[0]}-{job[1]}"


class ByUtterance(Align):
    """Words placed utterance by utterance."""

    params: SpreadParams

    def __call__(self, audio: Audio, utterances: Utterances, texts: Texts, *, run: Run) -> Words:
        if texts.timed:
            return passed_on(audio, utterances, texts)
        spoken = zip(bounds_of(utterances), texts.text, strict=True)
        jobs: list[Job] = [(*bounds, text.split()) for bounds, text in spoken]
        known = [self.knows(code) for code in texts.language] or [True] * len(jobs)
        own = [job for job, ok in zip(jobs, known, strict=True) if job[2] and ok]
        times: list[Times] = []
        with closing(self.times(audio, own, run)) as placed:
            for job, ok in zip(jobs, known, strict=True):
                if job[2]:
                    times.append(next(placed) if ok else self.estimated(audio, *job))
                else:
                    times.append([])
                run.progress(job[1])
        return collected(audio, utterances, texts, times)

    def knows(self, language: str) -> bool:
        """Whether `times` is for this language: its ISO 639-1 code, "" where it is unknown."""
        return True

    def estimated(self, audio: Audio, start: int, end: int, words: list[str]) -> Times:
        """Times of the words of one utterance in a language that it does not know."""
        raise NotImplementedError

    def times(self, audio: Audio, jobs: list[Job], run: Run) -> Generator[Times, None, None]:
        """Times of the words of each utterance, in order."""
        yield from (self.placed(audio, *job) for job in jobs)

    def placed(self, audio: Audio, start: int, end: int, words: list[str]) -> Times:
        """Times of the words of one utterance, at least one."""
        raise NotImplementedError


def passed_on(audio: Audio, utterances: Utterances, texts: Texts) -> Words:
    """The words with the recogniser's own times."""
    times = iter(zip(texts.word_start.tolist(), texts.word_end.tolist(), strict=True))
    return collected(
        audio, utterances, texts, [[next(times) for _ in text.split()] for text in texts.text]
    )


def collected(audio: Audio, utterances: Utterances, texts: Texts, times: Iterable[Times]) -> Words:
    """The words of all utterances from the times of each, and the stretches that are unclear."""
    words: list[str] = []
    rows: Times = []
    counts = []
    for text, placed in zip(texts.text, times, strict=True):
        own = text.split()
        if len(own) != len(placed):
            raise ValueError(f"{len(own)} words, but {len(placed)} times")
        words += own
        rows += placed
        counts.append(len(own))
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
        **described(texts, counts),
    )


def described(texts: Texts, counts: list[int]) -> dict[str, Any]:
    """Confidence and language of all words as fields of Words, as far as the recogniser knows them,
    given each utterance's number of words.
    """
    known: dict[str, Any] = {}
    if len(texts.confidence):
        known["confidence"] = texts.confidence
    if len(texts.language):
        rows = zip(texts.language, counts, strict=True)
        known["language"] = TextColumn.of(code for code, n in rows for _ in range(n))
    return known


def unclear_of(
    audio: Audio, utterances: Utterances, texts: Texts, times: Times, counts: list[int]
) -> list[Unclear]:
    """The stretches without trusted text, in order of time, given the times of all words and each
    utterance's number.

    A removed part lies between the words around it. An utterance without any word is one, unless it
    is silent.
    """
    bounds, first = bounds_of(utterances), np.cumsum([0, *counts]).tolist()
    unclear: list[Unclear] = []
    known = set(texts.unclear_utterance.tolist())
    rows = zip(texts.unclear_utterance.tolist(), texts.unclear_place.tolist(), strict=True)
    for (i, place), text, reason in zip(
        rows, texts.unclear_text, texts.unclear_reason, strict=True
    ):
        start, end = bounds[i]
        start = min(times[first[i] + place - 1][1], end - 1) if place else start
        end = times[first[i] + place][0] if place < counts[i] else end
        unclear.append((start, max(end, start + 1), text, reason))
    for i, ((start, end), count) in enumerate(zip(bounds, counts, strict=True)):
        if not count and i not in known and not is_silent(audio, start, end):
            unclear.append((start, end, "", NO_WORDS))
    return sorted(unclear)
