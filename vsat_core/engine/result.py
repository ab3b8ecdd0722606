"""A finished run in seconds and plain strings: words, turns and what could not be understood."""

from __future__ import annotations

from pathlib import Path

import attrs

from vsat_core.artifacts import SAMPLE_RATE, Audio, Environment, Files, Transcript, Turns
from vsat_core.engine.outcome import Outcome

RUN_TARGETS = (Audio, Transcript, Files)  # what a run gives that ends with files


@attrs.frozen
class Word:
    """One spoken word; `speaker` counts from 0 by first appearance, None where nobody could be
    named or was asked.
    """

    text: str
    start_s: float
    end_s: float
    speaker: int | None = None


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
        lines: list[str] = []
        last: int | None = None
        for word in self.words:
            if not lines or word.speaker != last:
                lines.append(word.text)
            else:
                lines[-1] += f" {word.text}"
            last = word.speaker
        return "\n".join(lines)


def turns_of(turns: Turns) -> list[Turn]:
    """Turns in seconds."""
    rows = zip(turns.start.tolist(), turns.end.tolist(), turns.speaker.tolist(), strict=True)
    return [Turn(a / SAMPLE_RATE, b / SAMPLE_RATE, who) for a, b, who in rows]


def result_of(outcome: Outcome) -> Result:
    """An outcome that holds Audio and Transcript, in seconds and plain strings."""
    audio, transcript = outcome.artifact(Audio), outcome.artifact(Transcript)
    rows = zip(
        transcript.text,
        transcript.start.tolist(),
        transcript.end.tolist(),
        transcript.speaker.tolist(),
        strict=True,
    )
    words = [
        Word(t, a / SAMPLE_RATE, b / SAMPLE_RATE, who if who >= 0 else None)
        for t, a, b, who in rows
    ]
    return Result(
        words,
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
