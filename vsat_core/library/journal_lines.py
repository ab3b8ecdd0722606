"""The four kinds of lines in the journal of a library, told from lines that were damaged."""

from __future__ import annotations

import contextlib
from typing import Annotated, Any

import msgspec
from msgspec import Meta, Struct

from vsat_core.errors import InputError
from vsat_core.formats.json_text import parsed_json
from vsat_core.library.operations import Id, operation_of

Line = dict[str, Any]
END_OF_NUMBERS = 1 << 40  # leaves room for the place of a passage
Number = Annotated[int, Meta(ge=0, lt=END_OF_NUMBERS)]
Anchor = tuple[Id, Id, Id, str]  # word, start and end in ms, text


class _Numbered(Struct):
    number: Number


class _Forgotten(_Numbered):
    """A transcript that is not to come in again."""

    forgotten: str


class _Recording(_Numbered):
    """A recording, or another transcript of it."""

    recording: Number
    digest: str
    track: Number
    file: str | None
    file_sha256: str
    source: str
    recorded: str
    recorded_from: str


class _Edit(_Numbered):
    """An edit; `speakers` holds label and spans in ms of those it names."""

    recording: Number
    time: str
    base: str
    op: dict[str, Any]
    at: list[Anchor]
    speakers: dict[str, tuple[str, list[Any]]] = {}
    batch: str = ""


class _Step(_Numbered):
    """An edit was undone, or done again."""

    recording: Number
    time: str


def line_of(text: bytes) -> Line | None:
    """The line that a text holds; None for one that is damaged."""
    with contextlib.suppress(ValueError, InputError):
        line = parsed_json(text)
        if isinstance(line, dict):
            msgspec.convert(line, _kind_of(line))
            if "op" in line:
                operation_of(line["op"])
            return line
    return None


def _kind_of(line: Line) -> type[_Numbered]:
    if "forgotten" in line:
        return _Forgotten
    if "file" in line:
        return _Recording
    return _Step if "undo" in line or "redo" in line else _Edit
