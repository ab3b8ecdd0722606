"""SegLST: a JSON list of segments with session_id, speaker, start_time, end_time and words
(CHiME-7, meeteval).
"""

from __future__ import annotations

import json
import math
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from vsat_core.errors import InputError
from vsat_core.formats.lines import text_of
from vsat_core.formats.records import Segment

REQUIRED = ("session_id", "start_time", "end_time", "words")


def load_json(path: Path) -> Any:
    """The parsed file. Raises InputError with the line of the first mistake."""
    try:
        return json.loads(text_of(path))
    except json.JSONDecodeError as error:
        raise InputError(f"{path}:{error.lineno}: is not JSON ({error.msg})") from None


def read_seglst(path: Path) -> list[Segment]:
    """The segments of a file, in its order; `speaker` may be missing, other keys are not looked at.

    Raises InputError that names the entry.
    """
    return segments_of(path, load_json(path))


def segments_of(path: Path, entries: Any) -> list[Segment]:
    """The segments of a parsed SegLST file. Raises InputError."""
    if not isinstance(entries, list):
        raise InputError(
            f"{path}: SegLST is a list of segments, this is a {type(entries).__name__}"
        )
    return [_segment(entry, f"{path}: entry {number}") for number, entry in enumerate(entries, 1)]


def seglst_text(segments: Iterable[Segment]) -> str:
    """The content of a SegLST file with these segments."""
    entries = [
        {"session_id": s.recording, "start_time": s.start_s, "end_time": s.end_s, "words": s.text}
        | ({} if s.speaker is None else {"speaker": s.speaker})
        for s in segments
    ]
    return json.dumps(entries, indent=1, ensure_ascii=False) + "\n"


def _segment(entry: Any, where: str) -> Segment:
    if not isinstance(entry, dict):
        raise InputError(
            f"{where}: must be an object with {', '.join(REQUIRED)}, got {type(entry).__name__}"
        )
    missing = [key for key in REQUIRED if key not in entry]
    if missing:
        raise InputError(f"{where}: {', '.join(missing)} missing")
    if not isinstance(entry["words"], str):
        raise InputError(f"{where}: words must be one text, got {type(entry['words']).__name__}")
    start_s, end_s = (_seconds(entry[key], key, where) for key in ("start_time", "end_time"))
    if end_s < start_s:
        raise InputError(f"{where}: ends at {end_s} before it starts at {start_s}")
    speaker = entry.get("speaker")
    return Segment(
        str(entry["session_id"]),
        start_s,
        end_s,
        entry["words"],
        None if speaker is None else str(speaker),
    )


def _seconds(value: Any, key: str, where: str) -> float:
    if (
        isinstance(value, bool)
        or not isinstance(value, int | float)
        or not math.isfinite(value)
        or value < 0
    ):
        raise InputError(f"{where}: {key} must be a number of seconds from 0, got {value!r}")
    return float(value)
