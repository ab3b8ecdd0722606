"""SegLST: a JSON list of segments with session_id, speaker, start_time, end_time and words
(CHiME-7, meeteval).
"""

import json
import math
from pathlib import Path
from typing import Annotated, Any

import msgspec

from vsat_core.artifacts.json_value import JsonValue
from vsat_core.errors import InputError
from vsat_core.formats.json_text import parsed_json
from vsat_core.formats.lines import text_of
from vsat_core.formats.records import Segment

Seconds = Annotated[float, msgspec.Meta(ge=0)]


class SeglstEntry(msgspec.Struct, frozen=True):
    """One segment as it stands in the file; other keys are not looked at."""

    session_id: str | int
    start_time: Seconds
    end_time: Seconds
    words: str
    speaker: str | int | None = None

    def __post_init__(self) -> None:
        if not self.start_time <= self.end_time < math.inf:
            raise ValueError(f"Ends at {self.end_time} before it starts at {self.start_time}")


def load_json(path: Path) -> Any:
    """The parsed file. Raises InputError with the line of the first mistake."""
    try:
        return parsed_json(text_of(path))
    except json.JSONDecodeError as error:
        raise InputError(f"{path}:{error.lineno}: is not JSON ({error.msg})") from None
    except ValueError as error:
        raise InputError(f"{path}: is not JSON that can be read ({error})") from None


def read_seglst(path: Path) -> list[Segment]:
    """The segments of a file, in its order. Raises InputError that names the place."""
    return segments_of(path, load_json(path))


def segments_of(path: Path, entries: JsonValue) -> list[Segment]:
    """The segments of a parsed SegLST file. Raises InputError."""
    try:
        segments = msgspec.convert(entries, list[SeglstEntry])
    except msgspec.ValidationError as error:
        raise InputError(f"{path}: is not SegLST: {error}") from None
    return [
        Segment(
            str(entry.session_id),
            entry.start_time,
            entry.end_time,
            entry.words,
            None if entry.speaker is None else str(entry.speaker),
        )
        for entry in segments
    ]
