"""VSAT from Python: run a profile, or only the part that gives words or speakers."""

from collections.abc import Iterable
from os import PathLike
from pathlib import Path

from vsat_core import DEFAULT_PROFILE
from vsat_core.artifacts import Source, Turns, Words
from vsat_core.config.prepare import prepare
from vsat_core.engine.cache import Cache
from vsat_core.engine.outcome import Listener
from vsat_core.engine.pipeline import Pipeline
from vsat_core.engine.result import (
    RUN_TARGETS,
    Result,
    Turn,
    Unclear,
    Word,
    result_of,
    turns_of,
    words_of,
)

__all__ = ["Result", "Turn", "Unclear", "Word", "diarize_speakers", "run", "transcribe_audio"]


def run(
    path: str | PathLike[str],
    profile: str = DEFAULT_PROFILE,
    *,
    out: str | PathLike[str] | None = None,
    settings: Iterable[str] = (),
    plugins: Iterable[Path] = (),
    cache: bool = True,
    listener: Listener | None = None,
    overwrite: bool = False,
) -> Result:
    """Transcribe a recording and say who spoke when; with `out`, write files there too.

    Files in `out` that were changed, or that VSAT did not write, are kept and the new ones go
    beside them, unless `overwrite` is set; `Result.warnings` says so. Raises VsatError (one line
    with the remedy) for anything the user can mend.
    """
    targets = RUN_TARGETS if out is not None else RUN_TARGETS[:2]
    ready = prepare(profile, settings, plugins, targets)
    kept = Cache() if cache else None
    pipeline = Pipeline(ready, kept, listener, ahead=True, once=True, overwrite=overwrite)
    return result_of(pipeline.run(Source(path), targets, Path(out) if out is not None else None))


def transcribe_audio(
    path: str | PathLike[str], profile: str = DEFAULT_PROFILE, *, cache: bool = True
) -> list[Word]:
    """The words of a recording with their times, without asking who spoke. Raises VsatError."""
    pipeline = Pipeline(prepare(profile, targets=(Words,)), Cache() if cache else None)
    words = pipeline.run(Source(path), (Words,)).artifact(Words)
    return words_of(words, [-1] * len(words))


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
    pipeline = Pipeline(prepare(profile, settings, targets=(Turns,)), Cache() if cache else None)
    return turns_of(pipeline.run(Source(path), (Turns,)).artifact(Turns))
