"""The manifest: a JSON list of recordings, each with its references and the kind of room it was
made in.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

import attrs

from vsat_core.errors import InputError, nearest
from vsat_core.formats.seglst import load_json

REFERENCES = ("rttm", "transcript", "stm", "ctm")
FILE_NAME = re.compile(r"[^./\\\s][^/\\\x00-\x1f]*")
RESERVED = "peers"  # its .json is written beside the results
UNNAMED = "unspecified"  # the environment of an entry that gives none


@attrs.frozen
class Entry:
    """One recording: `id` names its results, paths are ready to open, None where the manifest gives
    nothing.

    `seconds` is how much of the recording is evaluated. `stored` is False where the audio is made
    by a program.
    """

    id: str
    audio: Path
    seconds: float | None
    speakers: int | None
    environment: str
    rttm: Path | None
    transcript: Path | None
    stm: Path | None
    ctm: Path | None
    stored: bool

    @property
    def absent(self) -> bool:
        """Whether the audio is still to be made."""
        return not self.stored and not self.audio.exists()


def read_manifest(path: Path) -> list[Entry]:
    """Every recording of a manifest, in its order. Raises InputError that names the entry."""
    rows = load_json(path)
    if not isinstance(rows, list):
        raise InputError(
            f"{path}: a manifest is a list of recordings, this is a {type(rows).__name__}"
        )
    entries: dict[str, Entry] = {}
    for number, row in enumerate(rows, 1):
        entry = _entry(row, path.parent, f"{path}: entry {number}")
        if entry.id in entries:
            raise InputError(
                f"{path}: entry {number}: id {entry.id!r} is taken by an entry before; give it "
                "another"
            )
        entries[entry.id] = entry
    return list(entries.values())


def choose(entries: Sequence[Entry], ids: Iterable[str], path: Path) -> list[Entry]:
    """The entries asked for, in that order; all of them if none is named. Raises InputError for an
    unknown id.
    """
    by_id = {entry.id: entry for entry in entries}
    wanted = list(dict.fromkeys(ids))
    if unknown := next((i for i in wanted if i not in by_id), None):
        raise InputError(
            f"{path}: there is no recording {unknown!r} among {len(by_id)}{nearest(unknown, by_id)}"
        )
    return [by_id[i] for i in wanted] if wanted else list(entries)


def _entry(row: Any, folder: Path, where: str) -> Entry:
    if not isinstance(row, dict):
        raise InputError(f"{where}: must be an object with id and audio, got {type(row).__name__}")
    name, audio = (_text(row, key, where) for key in ("id", "audio"))
    if not name or not audio:
        raise InputError(
            f"{where}: {'audio' if name else 'id'} missing; every recording needs id and audio"
        )
    where = f"{where} ({name})"
    if not FILE_NAME.fullmatch(name) or name == RESERVED:
        raise InputError(f"{where}: id {name!r} cannot name a file; use letters, digits, - and _")
    given = {key: _text(row, key, where) for key in REFERENCES}
    return Entry(
        name,
        folder / audio,
        _positive(row, "seconds", where),
        _count(row, where),
        _text(row, "environment", where) or UNNAMED,
        **{key: folder / value if value else None for key, value in given.items()},
        stored=row.get("stored") is not False,
    )


def _text(row: dict[str, Any], key: str, where: str) -> str | None:
    value = row.get(key)
    if value is not None and not isinstance(value, str):
        raise InputError(f"{where}: {key} must be text, got {value!r}")
    return value


def _positive(row: dict[str, Any], key: str, where: str) -> float | None:
    value = row.get(key)
    if value is None:
        return None
    if (
        isinstance(value, bool)
        or not isinstance(value, int | float)
        or not math.isfinite(value)
        or value <= 0
    ):
        raise InputError(f"{where}: {key} must be a number above 0, got {value!r}")
    return float(value)


def _count(row: dict[str, Any], where: str) -> int | None:
    value = row.get("speakers")
    if value is not None and (isinstance(value, bool) or not isinstance(value, int) or value < 0):
        raise InputError(f"{where}: speakers must be a whole number from 0, got {value!r}")
    return value
