"""A finished run in seconds and plain strings: words, turns and what could not be understood."""

from __future__ import annotations

import math
from collections.abc import Iterable
from itertools import groupby
from pathlib import Path

import attrs

from vsat_core.artifacts import (
    SAMPLE_RATE,
    Audio,
    Environment,
    Files,
    Transcript,
    Turns,
    Words,
)
from vsat_core.engine.outcome import Outcome
from vsat_core.formats.scripts import joined

RUN_TARGETS = (Audio, Transcript, Files)  # what a run gives that ends with files


@attrs.frozen
class Word:
    """One spoken word; `speaker` counts from 0 by first appearance, None where nobody could be
    named or was asked. `confidence` is the probability that it is right, None where it is not
    known, `language` its ISO 639-1 code, "" where it is not known.
    """

    text: str
    start_s: float
    end_s: float
    speaker: int | None = None
    confidence: float | None = None
    language: str = ""


@attrs.frozen
class Turn:
    """One stretch of one person talking."""

    start_s: float
    end_s: float
    speaker: int


@attrs.frozen
class Unclear:
    """A stretch of detected speech without trusted text: the text that was removed, if any, and the
    reason.
    """

    start_s: float
    end_s: float
    speaker: int | None
    text: str
    reason: str


@attrs.frozen
class Result:
    """What `run` found."""

    words: list[Word]
    turns: list[Turn]
    environment: Environment | None
    warnings: list[str]
    files: list[Path]
    outcome: Outcome = attrs.field(repr=False)
    unclear: list[Unclear] = attrs.field(factory=list)

    @property
    def text(self) -> str:
        """All words, one line a speaker's turn."""
        runs = (list(run) for _, run in groupby(self.words, key=lambda w: w.speaker))
        return "\n".join(joined([w.text for w in run], [w.language for w in run]) for run in runs)


def turns_of(turns: Turns) -> list[Turn]:
    """Turns in seconds."""
    rows = zip(turns.start.tolist(), turns.end.tolist(), turns.speaker.tolist(), strict=True)
    return [Turn(a / SAMPLE_RATE, b / SAMPLE_RATE, who) for a, b, who in rows]


def words_of(words: Words | Transcript, speakers: Iterable[int]) -> list[Word]:
    """Words in seconds; those of speaker -1 have none."""
    rows = zip(
        words.text,
        words.start.tolist(),
        words.end.tolist(),
        speakers,
        words.confidence.tolist(),
        words.language,
        strict=True,
    )
    return [
        Word(
            text,
            a / SAMPLE_RATE,
            b / SAMPLE_RATE,
            who if who >= 0 else None,
            None if math.isnan(sure) else sure,
            code,
        )
        for text, a, b, who, sure, code in rows
    ]


def result_of(outcome: Outcome) -> Result:
    """An outcome that holds Audio and Transcript, in seconds and plain strings."""
    audio, transcript = outcome.artifact(Audio), outcome.artifact(Transcript)
    return Result(
        words_of(transcript, transcript.speaker.tolist()),
        turns_of(transcript.turns()),
        audio.environment,
        list(outcome.warnings),
        list(outcome.files),
        outcome,
        unclear_of(transcript),
    )


def unclear_of(transcript: Transcript) -> list[Unclear]:
    """The stretches without trusted text, in seconds."""
    t = transcript
    rows = zip(
        t.unclear_start.tolist(), t.unclear_end.tolist(), t.unclear_speaker.tolist(), strict=True
    )
    return [
        Unclear(a / SAMPLE_RATE, b / SAMPLE_RATE, who if who >= 0 else None, text, reason)
        for (a, b, who), text, reason in zip(rows, t.unclear_text, t.unclear_reason, strict=True)
    ]
