"""The stretches of a transcript without trusted text."""

from __future__ import annotations

from pathlib import Path

import msgspec

from vsat_core.artifacts.kept_json import kept


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
    return (kept(transcript, _Unclear) or _Unclear()).unclear
