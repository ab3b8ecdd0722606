"""VSAT from Python: run a profile, or only the part that gives words or speakers."""

from __future__ import annotations

from collections.abc import Iterable
from os import PathLike
from pathlib import Path

import attrs

from vsat_core import DEFAULT_PROFILE
from vsat_core.artifacts import SAMPLE_RATE, Audio, Environment, Source, Transcript, Turns, Words
from vsat_core.cache import Cache
from vsat_core.errors import PluginError
from vsat_core.pipeline import Outcome, Pipeline, Watch
from vsat_core.profile import Profile, read, resolve
from vsat_core.registry import load
from vsat_core.stages import needed_for


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


def prepare(
    profile: str = DEFAULT_PROFILE,
    settings: Iterable[str] = (),
    plugins: Iterable[Path] = (),
    targets: tuple[str, ...] = ("write",),
) -> Profile:
    """The finished profile of a name or a path, `stages.X.key=value` settings on top.

    Raises ProfileError and PluginError.
    """
    draft = read(profile, settings)
    files = [*draft.plugins, *plugins]
    if missing := next((f for f in files if not f.is_file()), None):
        raise PluginError(f"{missing}: there is no such plugin file; check the name")
    return resolve(draft, load(files), needed_for(targets))


def run(
    path: str | PathLike[str],
    profile: str = DEFAULT_PROFILE,
    *,
    out: str | PathLike[str] | None = None,
    settings: Iterable[str] = (),
    plugins: Iterable[Path] = (),
    cache: bool = True,
    watch: Watch | None = None,
    overwrite: bool = False,
) -> Result:
    """Transcribe a recording and say who spoke when; with `out`, write files there too.

    Files in `out` that were changed, or that VSAT did not write, are kept and the new ones go
    beside them, unless `overwrite` is set; `Result.warnings` says so. Raises VsatError (one line
    with the remedy) for anything the user can mend.
    """
    targets = ("enhance", "attribute", *(["write"] if out is not None else []))
    ready = prepare(profile, settings, plugins, targets)
    pipeline = Pipeline(ready, Cache() if cache else None, watch, ahead=True, overwrite=overwrite)
    return result_of(pipeline.run(Source(path), targets, Path(out) if out is not None else None))


def transcribe_audio(
    path: str | PathLike[str], profile: str = DEFAULT_PROFILE, *, cache: bool = True
) -> list[Word]:
    """The words of a recording with their times, without asking who spoke. Raises VsatError."""
    pipeline = Pipeline(prepare(profile, targets=("align",)), Cache() if cache else None)
    words = pipeline.run(Source(path), ("align",)).artifacts["align"]
    assert isinstance(words, Words)
    return [
        Word(text, int(a) / SAMPLE_RATE, int(b) / SAMPLE_RATE)
        for text, a, b in zip(words.text, words.start, words.end, strict=True)
    ]


def diarize_speakers(
    path: str | PathLike[str],
    profile: str = DEFAULT_PROFILE,
    *,
    num_speakers: int = 0,
    cache: bool = True,
) -> list[Turn]:
    """Who spoke when, without asking what; `num_speakers` 0 estimates how many. Raises
    VsatError.
    """
    settings = [f"stages.cluster.num_speakers={num_speakers}"] if num_speakers else []
    pipeline = Pipeline(
        prepare(profile, settings, targets=("cluster",)), Cache() if cache else None
    )
    turns = pipeline.run(Source(path), ("cluster",)).artifacts["cluster"]
    assert isinstance(turns, Turns)
    return turns_of(turns)


def turns_of(turns: Turns) -> list[Turn]:
    """Turns in seconds."""
    rows = zip(turns.start.tolist(), turns.end.tolist(), turns.speaker.tolist(), strict=True)
    return [Turn(a / SAMPLE_RATE, b / SAMPLE_RATE, who) for a, b, who in rows]


def result_of(outcome: Outcome) -> Result:
    """An outcome that holds `enhance` and `attribute`, in seconds and plain strings."""
    audio, transcript = outcome.artifacts["enhance"], outcome.artifacts["attribute"]
    assert isinstance(audio, Audio) and isinstance(transcript, Transcript)
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
