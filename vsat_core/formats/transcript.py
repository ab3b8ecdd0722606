"""The files of `vsat run` that no other program writes, read back: its JSON, and its text for
people.
"""

from __future__ import annotations

import math
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from vsat_core.errors import InputError
from vsat_core.formats.records import Segment, Turn, without_unclear

TIMES = ("start", "end")
SPEAKER = r"(?:Speaker \d+|Unknown speaker)"  # as vsat run names them
PARAGRAPH = re.compile(rf"\[\d+:\d\d:\d\d\] {SPEAKER}: ")
REMARK = re.compile(r"\((?:no speech found|speech, but no words recognised)\)")


def is_transcript(value: Any) -> bool:
    """Whether a parsed JSON file looks like a transcript of `vsat run`."""
    return isinstance(value, dict) and {"turns", "words"} <= value.keys()


def read_transcript(path: Path, value: Mapping[str, Any]) -> tuple[list[Turn], list[Segment]]:
    """The turns and the words of a parsed transcript; the recording is the file's stem.

    Raises InputError that names the entry.
    """
    turns = [
        Turn(path.stem, *_times(e, where), str(e["speaker"]))
        for e, where in _entries(path, value, "turns", ("speaker",))
    ]
    words = [
        Segment(path.stem, *_times(e, where), str(e["word"]), str(e["speaker"]))
        for e, where in _entries(path, value, "words", ("word", "speaker"))
    ]
    return turns, words


def plain_text(text: str) -> str:
    """The words of a text file; a file of `vsat run` without the times, the speakers and
    `[unclear]`.
    """
    lines = [line for line in text.split("\n") if line.strip()]
    if lines and all(PARAGRAPH.match(line) or REMARK.fullmatch(line) for line in lines):
        return "\n".join(
            without_unclear(PARAGRAPH.sub("", REMARK.sub("", line), count=1)) for line in lines
        )
    return text


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
            raise InputError(
                f"{where}: {', '.join(missing)} missing; write the transcript again with vsat run"
            )
        found.append((entry, where))
    return found


def _times(entry: Mapping[str, Any], where: str) -> tuple[float, float]:
    start_s, end_s = (entry[key] for key in TIMES)
    for value in (start_s, end_s):
        if (
            isinstance(value, bool)
            or not isinstance(value, int | float)
            or not math.isfinite(value)
            or value < 0
        ):
            raise InputError(f"{where}: times must be numbers of seconds from 0, got {value!r}")
    if end_s < start_s:
        raise InputError(f"{where}: ends at {end_s} before it starts at {start_s}")
    return float(start_s), float(end_s)
