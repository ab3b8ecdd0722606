"""The result of a profile on a recording, kept as files, so that scoring needs no new run."""

import json
from collections.abc import Iterable
from itertools import groupby
from pathlib import Path
from typing import Any

import attrs
import msgspec

from vsat_core.contract import scratch
from vsat_core.engine.atomic_files import publish
from vsat_core.engine.result import Result
from vsat_core.errors import InputError
from vsat_core.formats.ctm import ctm_text
from vsat_core.formats.records import Segment, Turn
from vsat_core.formats.rttm import rttm_text
from vsat_core.formats.seglst import load_json
from vsat_core.formats.stm import stm_text
from vsat_core.formats.transcript import read_transcript

ENDINGS = ("rttm", "txt", "ctm", "stm", "json")  # json last: where it is, the others are


@attrs.frozen
class Origin:
    """What a result was made with: sha256 of the profile with the code and models behind it, and of
    the audio file.
    """

    profile: str
    audio: str


@attrs.frozen
class Cost:
    """The time of one run: `wall_s` in all, of which `prepare_s` loading models and compiling.
    `machine` is where it was taken, "" in results of earlier versions.
    """

    audio_s: float
    wall_s: float
    prepare_s: float
    cached_stages: int
    machine: str = ""

    @property
    def spent_s(self) -> float | None:
        """Wall seconds without preparing; None where a stage came from the cache, which has no
        duration.
        """
        return None if self.cached_stages else self.wall_s - self.prepare_s


@attrs.frozen
class Hypothesis:
    """One recording's turns and words in seconds, the text, and how it came about."""

    turns: tuple[Turn, ...]
    words: tuple[Segment, ...]
    text: str
    origin: Origin
    cost: Cost
    warnings: tuple[str, ...] = ()


def hypothesis_of(name: str, result: Result, origin: Origin, cost: Cost) -> Hypothesis:
    """A run's result under the names of the scoring formats."""
    turns = tuple(Turn(name, t.start_s, t.end_s, _speaker(t.speaker)) for t in result.turns)
    words = tuple(
        Segment(name, w.start_s, w.end_s, w.text, _speaker(w.speaker)) for w in result.words
    )
    return Hypothesis(turns, words, result.text, origin, cost, tuple(result.warnings))


class Facts(msgspec.Struct):
    """What the JSON file of a result holds besides turns and words."""

    text: str
    origin: Origin
    cost: Cost
    warnings: tuple[str, ...]


def store(result: Hypothesis, name: str, folder: Path) -> None:
    """Write NAME.rttm, .txt, .ctm, .stm and .json, all or none. Raises OutputError."""
    contents = {
        "rttm": rttm_text(result.turns),
        "txt": result.text + "\n" if result.text else "",
        "ctm": ctm_text(result.words),
        "stm": stm_text(_lines(result.words)),
        "json": json.dumps(_document(result), indent=1, ensure_ascii=False) + "\n",
    }
    with scratch.folder() as space:
        names = [f"{name}.{ending}" for ending in ENDINGS]
        for file, ending in zip(names, ENDINGS, strict=True):
            (space / file).write_text(contents[ending], encoding="utf-8", newline="\n")
        publish(space, names, folder)


def stored(name: str, folder: Path) -> Hypothesis | None:
    """What `store` wrote; None if a file is missing or the JSON is not as written."""
    if not all((folder / f"{name}.{ending}").is_file() for ending in ENDINGS):
        return None
    path = folder / f"{name}.json"
    try:
        value = load_json(path)
        turns, words = read_transcript(path, value)
        facts = msgspec.convert(value, Facts)
    except (InputError, msgspec.ValidationError):
        return None
    return Hypothesis(
        tuple(turns), tuple(words), facts.text, facts.origin, facts.cost, facts.warnings
    )


def discard(name: str, folder: Path) -> None:
    """Remove what an earlier run left for this recording."""
    for ending in ENDINGS:
        (folder / f"{name}.{ending}").unlink(missing_ok=True)


def _speaker(number: int | None) -> str:
    return "unknown" if number is None else f"S{number + 1}"


def _lines(words: Iterable[Segment]) -> list[Segment]:
    """Each unbroken run of words of one speaker as one segment."""
    lines = []
    for who, run in groupby(words, key=lambda w: w.speaker):
        spoken = list(run)
        text, end = " ".join(w.text for w in spoken), max(w.end_s for w in spoken)
        lines.append(Segment(spoken[0].recording, spoken[0].start_s, end, text, who))
    return lines


def _document(result: Hypothesis) -> dict[str, Any]:
    return {
        "origin": attrs.asdict(result.origin),
        "cost": attrs.asdict(result.cost),
        "warnings": list(result.warnings),
        "text": result.text,
        "turns": [{"start": t.start_s, "end": t.end_s, "speaker": t.speaker} for t in result.turns],
        "words": [
            {"start": w.start_s, "end": w.end_s, "speaker": w.speaker, "word": w.text}
            for w in result.words
        ],
    }
