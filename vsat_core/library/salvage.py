"""Lines of the journal as the tables have them, read from a file that may be damaged."""

from __future__ import annotations

import contextlib
import json
import sqlite3
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from vsat_core.library.connection import connect
from vsat_core.library.damage import Damaged
from vsat_core.library.journal_lines import Line, line_of
from vsat_core.library.recordings import COLUMNS, Recording

EDITS = "SELECT recording, number, entry FROM edit", "SELECT recording, number, entry FROM step"
RECORDINGS = f"SELECT {COLUMNS} FROM recording"
FORGOTTEN = "SELECT file_sha256, number FROM forgotten"


def salvaged(path: Path) -> list[Line]:
    """Every line that is whole: one of an edit must agree with its row."""
    found: list[Line] = []
    with (
        contextlib.suppress(Damaged, sqlite3.Error, OSError, UnicodeDecodeError),
        contextlib.closing(connect(path, readonly=True)) as base,
    ):
        for recording, number, entry in (row for query in EDITS for row in _rows(base, query)):
            line = line_of(entry.encode("utf-8", "replace")) if isinstance(entry, str) else None
            if line and (line.get("recording"), line["number"]) == (recording, number):
                found.append(line)
        made = [Recording(*row).line() for row in _rows(base, RECORDINGS)]
        made += [{"number": number, "forgotten": sha} for sha, number in _rows(base, FORGOTTEN)]
        found += filter(None, map(_checked, made))
    return found


def _rows(base: sqlite3.Connection, query: str) -> Iterator[Any]:
    """The rows up to one that cannot be read."""
    with contextlib.suppress(sqlite3.DatabaseError, UnicodeDecodeError):
        yield from base.execute(query)


def _checked(line: Line) -> Line | None:
    try:
        return line_of(json.dumps(line).encode())
    except TypeError:  # bytes in the place of text
        return None
