"""A conversation as a recipe, and the committed split that holds them all."""

from __future__ import annotations

from pathlib import Path
from typing import Literal

import msgspec

SPLIT = Path(__file__).with_name("split.json")

Kind = Literal["quiet", "noise", "room", "codec", "level", "overlap", "long", "meeting", "call"]
Part = Literal["tune", "confirm"]
Point = tuple[float, float, float]  # metres


class Speaker(msgspec.Struct, frozen=True):
    """Who speaks: a voice played at `speed` (another voice for a listener), by `gain_db` louder."""

    voice: str
    speed: float = 1.0
    gain_db: float = 0.0


class Noise(msgspec.Struct, frozen=True, omit_defaults=True):
    """What is heard beside them. `snr_db`: level of active speech over that of the noise.

    `voices` talk in the babble; `file` is a recorded noise.
    """

    kind: str
    snr_db: float
    seed: int
    voices: tuple[str, ...] = ()
    file: str = ""


class Room(msgspec.Struct, frozen=True):
    """A box with walls that absorb alike, one microphone, and a place for each speaker."""

    size_m: Point
    rt60_s: float
    microphone_m: Point
    speakers_m: tuple[Point, ...]


class Recipe(msgspec.Struct, frozen=True, omit_defaults=True):
    """All that rendering needs. `overlap`: share of changes of speaker that overlap.

    Of meetings and calls, for each speaker: `shares` of the turns, 0 for those who say only short
    answers, and `answers_s`, the seconds of them in all.
    """

    id: str
    part: Part
    kind: Kind
    seed: int
    seconds: float
    speakers: tuple[Speaker, ...]
    overlap: float = 0.0
    reuse: int = 1
    noise: Noise | None = None
    room: Room | None = None
    codec: str = ""
    shares: tuple[float, ...] = ()
    answers_s: tuple[float, ...] = ()
    stored: bool = True


class Split(msgspec.Struct, frozen=True):
    """The voices of each part and every conversation."""

    voices: dict[str, tuple[str, ...]]
    conversations: tuple[Recipe, ...]


def read_split(path: Path = SPLIT) -> Split:
    """The committed split. Raises msgspec.ValidationError where it does not fit."""
    return msgspec.json.decode(path.read_bytes(), type=Split)


def write_split(split: Split, path: Path = SPLIT) -> None:
    """A conversation a line, so that a change is seen."""
    voices = msgspec.json.encode(split.voices).decode()
    lines = ",\n".join(msgspec.json.encode(r).decode() for r in split.conversations)
    path.write_text(f'{{"voices": {voices},\n"conversations": [\n{lines}\n]}}\n')
