"""The JSON transcript that `vsat run` writes, read back as turns and words."""
from __future__ import annotations

import math
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from vsat_core.errors import InputError
from vsat_core.formats.records import Segment, Turn

TIMES = ("start_s", "end_s")


def is_transcript(value: Any) -> bool:
    """Whether a parsed JSON file looks like a transcript of `vsat run`."""
    return isinstance(value, dict) and {"turns", "words"} <= value.keys()


def read_transcript(path: Path, value: Mapping[str, Any]) -> tuple[list[Turn], list[Segment]]:
    """The turns and the words of a parsed transcript; the recording is the file's stem.

    Raises InputError that names the entry.
    """
    turns = [Turn(path.stem, *_times(e, where), str(e["speaker"]))
             for e, where in _entries(path, value, "turns", ("speaker",))]
    words = [Segment(path.stem, *_times(e, where), str(e["text"]), None if e["speaker"] is None else str(e["speaker"]))
             for e, where in _entries(path, value, "words", ("text", "speaker"))]
    return turns, words


def _entries(
    path: Path, value: Mapping[str, Any], key: str, wanted: tuple[str, ...]
) -> list[tuple[Mapping[str, Any], str]]:
    """Each entry of one list with the words that name it in an error."""
    if not isinstance(value[key], list):
        raise InputError(f"{path}: {key} must be a list, got {type(value[key]).__name__}")
    found = []
    for number, entry in enumerate(value[key], 1):
        where = f"{path}: {key} entry {number}"
        missing = [k for k in (*TIMES, *wanted) if not isinstance(entry, dict) or k not in entry]
        if missing:
            raise InputError(f"{where}: {', '.join(missing)} missing; write the transcript again with vsat run")
        found.append((entry, where))
    return found


def _times(entry: Mapping[str, Any], where: str) -> tuple[float, float]:
    start_s, end_s = (entry[key] for key in TIMES)
    for value in (start_s, end_s):
        if isinstance(value, bool) or not isinstance(value, int | float) or not math.isfinite(value) or value < 0:
            raise InputError(f"{where}: times must be numbers of seconds from 0, got {value!r}")
    if end_s < start_s:
        raise InputError(f"{where}: ends at {end_s} before it starts at {start_s}")
    return float(start_s), float(end_s)
