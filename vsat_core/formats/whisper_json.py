"""The json of Whisper, faster-whisper and WhisperX: an object with `segments`, each with start,
end, text and perhaps speaker.

Times of words are left out: they are less exact than an aligner's.
"""

import math
from pathlib import Path
from typing import Annotated

import msgspec

from vsat_core.artifacts.json_value import JsonValue
from vsat_core.errors import InputError
from vsat_core.formats.records import Segment

Seconds = Annotated[float, msgspec.Meta(ge=0)]


class WhisperSegment(msgspec.Struct, frozen=True):
    """One segment as it stands in the file; other keys are not looked at."""

    start: Seconds
    end: Seconds
    text: str
    speaker: str | None = None

    def __post_init__(self) -> None:
        if not self.start <= self.end < math.inf:
            raise ValueError(f"Ends at {self.end} before it starts at {self.start}")


class WhisperFile(msgspec.Struct, frozen=True):
    """The part of the file that is read."""

    segments: list[WhisperSegment]


def is_whisper(value: JsonValue) -> bool:
    """Whether a parsed JSON file looks like one of these."""
    return isinstance(value, dict) and isinstance(value.get("segments"), list)


def read_whisper(path: Path, value: JsonValue) -> list[Segment]:
    """The segments of a parsed file; the recording is the file's stem. Raises InputError."""
    try:
        segments = msgspec.convert(value, WhisperFile).segments
    except msgspec.ValidationError as error:
        raise InputError(f"{path}: is not the json of Whisper: {error}") from None
    return [Segment(path.stem, s.start, s.end, s.text.strip(), s.speaker) for s in segments]
