"""The stretches of a transcript without trusted text."""

from __future__ import annotations

import contextlib
from pathlib import Path

import msgspec


class Stretch(msgspec.Struct, frozen=True):
    """From when to when, in seconds, the text that was removed, and why."""

    start: float
    end: float
    text: str
    reason: str


class _Unclear(msgspec.Struct):
    unclear: list[Stretch] = []


def unclear_of(transcript: Path) -> list[Stretch]:
    """Those of a json file; none where it cannot be read, or is of a version without any."""
    with contextlib.suppress(OSError, msgspec.MsgspecError, RecursionError):
        return msgspec.json.decode(transcript.read_bytes(), type=_Unclear).unclear
    return []
