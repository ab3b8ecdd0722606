"""The json of a transcript, which `vsat run` writes and `vsat search` and `vsat score` read.

Its classes are also what docs/transcript.schema.json is made from. Older files have no `schema`
and all words in one list.
"""

import json
from pathlib import Path
from typing import Annotated, Literal

import msgspec
from msgspec import UNSET, Meta, Struct, UnsetType

from vsat_core.artifacts.json_value import JsonValue
from vsat_core.errors import InputError
from vsat_core.formats.records import Segment, Turn

SCHEMA = 2
UNKNOWN_LANGUAGE = "und"  # undetermined (ISO 639-2, BCP 47)
LONGEST_S = 10_000_000  # 115 days
Seconds = Annotated[float, Meta(ge=0, le=LONGEST_S)]


class Spoken(Struct, frozen=True):
    """Something said: from when to when, in seconds, and by whom."""

    start: Seconds
    end: Seconds
    speaker: str

    def __post_init__(self) -> None:
        if not self.start <= self.end:
            raise ValueError(f"Ends at {self.end} before it starts at {self.start}")


class SpokenWord(Spoken, frozen=True, kw_only=True):
    """A word with its punctuation; `confidence` is the probability that it is right, where the
    recogniser has one, `language` its language where it is not that of the paragraph.
    """

    word: str
    confidence: Annotated[float, Meta(ge=0, le=1)] | UnsetType = UNSET
    language: str | UnsetType = UNSET


class Paragraph(Spoken, frozen=True, kw_only=True):
    """Words of one speaker without a long pause, as WhisperX writes a segment; `language` is there
    where it is not that of the transcript.
    """

    text: str
    words: list[SpokenWord]
    language: str | UnsetType = UNSET


class UnclearStretch(Spoken, frozen=True, kw_only=True):
    """Speech whose text is not trusted: the text that was removed, and why."""

    text: str
    reason: str


class SpeakerTotal(Struct, frozen=True):
    """Seconds of turns and number of words of one speaker."""

    name: str
    seconds: Seconds
    words: int


class Sound(Struct, frozen=True):
    """What the recording sounds like; null for what has no finite value."""

    kind: str
    level_dbfs: float | None
    noise_dbfs: float | None
    snr_db: float | None
    bandwidth_hz: float | None
    gain_db: float | None
    enhanced: bool


class Channels(Struct, frozen=True):
    """What was made of the channels of the recording: `way` is mix, split or best, `used` are the
    numbers of those taken, from 1.
    """

    n: int
    way: str
    used: list[int]
    reason: str


class Overview(Struct, frozen=True):
    """Lowest and highest sample of every `hop_s` seconds."""

    hop_s: Annotated[float, Meta(gt=0, le=LONGEST_S)]
    low: list[float]
    high: list[float]


class Document(Struct, frozen=True, kw_only=True):
    """A transcript. `vsat` is the version that wrote it; `language` is the ISO 639-1 code of most
    of its words, "und" where it is not known; `channels` is there where more than a mix of them was
    asked for; `possible_speaker_counts` begins with the number of speakers found, where others are
    possible as well; `index` holds the numbers of words by normalised term, counted through all
    segments from 0, where the index is an inverted one. Stages of plugins
    add keys of their own; a later version may add keys to any object.
    """

    vsat: str
    schema: Literal[2]
    source: str
    seconds: Seconds
    language: str
    environment: Sound | None
    channels: Channels | UnsetType = UNSET
    speakers: list[SpeakerTotal]
    possible_speaker_counts: list[int] | UnsetType = UNSET
    turns: list[Spoken]
    segments: list[Paragraph]
    unclear: list[UnclearStretch]
    index: dict[str, list[int]] | UnsetType = UNSET
    waveform: Overview


class Readable(Struct, frozen=True):
    """What readers take from a transcript of any schema."""

    turns: list[Spoken] = []
    schema: int = 1
    segments: list[Paragraph] | None = None  # from schema 2
    words: list[SpokenWord] | None = None  # of schema 1
    index: dict[str, list[int]] = {}
    language: str = ""

    def __post_init__(self) -> None:
        if self.schema > SCHEMA:
            raise ValueError(f"Schema {self.schema} is newer than this VSAT, which reads {SCHEMA}")
        if self.segments is None and self.words is None:
            raise ValueError("Object missing required field `segments`")

    def all_words(self) -> list[SpokenWord]:
        """The words in order."""
        return [w for s in self.segments or () for w in s.words] or self.words or []

    def languages(self) -> list[str]:
        """The language of each word, that of its paragraph or of the transcript where it has none
        of its own.
        """
        paragraphs = [(s.language or self.language, s.words) for s in self.segments or ()]
        paragraphs = paragraphs or [(self.language, self.words or [])]
        return [w.language or usual for usual, words in paragraphs for w in words]


def schema_text() -> str:
    """The content of docs/transcript.schema.json."""
    schema = {"$schema": "https://json-schema.org/draft/2020-12/schema"}
    text = json.dumps(schema | msgspec.json.schema(Document), indent=1)
    return text.replace("\\n", " ") + "\n"  # docstrings are broken into lines


def is_transcript(value: JsonValue) -> bool:
    """Whether a parsed JSON file looks like a transcript of `vsat run`."""
    return (
        isinstance(value, dict) and "turns" in value and bool({"words", "segments"} & value.keys())
    )


def language_of(value: JsonValue) -> str:
    """The language of a parsed transcript, "" where it is not known."""
    language = value.get("language") if isinstance(value, dict) else None
    return language if isinstance(language, str) and language != UNKNOWN_LANGUAGE else ""


def read_transcript(path: Path, value: JsonValue) -> tuple[list[Turn], list[Segment]]:
    """The turns and the words of a parsed transcript; the recording is the file's stem.

    Raises InputError that names the place.
    """
    try:
        transcript = msgspec.convert(value, Readable)
    except msgspec.ValidationError as error:
        raise InputError(f"{path}: {error}; write the transcript again with vsat run") from None
    turns = [Turn(path.stem, t.start, t.end, t.speaker) for t in transcript.turns]
    words = [Segment(path.stem, w.start, w.end, w.word, w.speaker) for w in transcript.all_words()]
    return turns, words
