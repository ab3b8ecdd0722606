"""A library built again from its journal and the transcripts that it names."""

from __future__ import annotations

import contextlib
import sqlite3
from collections.abc import Callable
from pathlib import Path

from vsat_core.library import connection
from vsat_core.library.catching_up import Progress, build
from vsat_core.library.damage import Damaged
from vsat_core.library.edit_journal import EditJournal
from vsat_core.library.location import journal_of
from vsat_core.library.ownership import check_owner
from vsat_core.library.reading import check_passages
from vsat_core.library.recordings import recordings
from vsat_core.library.schema import LIBRARY
from vsat_core.library.tables import Tables, all_lines


def _silent(*_: object) -> None:
    """For what nobody asked to be told."""


def rebuild(path: Path, progress: Progress = _silent) -> None:
    """Build a library again from its journal and the transcripts that it names; the old file is
    replaced when the new one is ready. Raises OutputError, Busy, Foreign.
    """
    check_owner(path, LIBRARY)
    path.parent.mkdir(parents=True, exist_ok=True)
    journal = EditJournal(journal_of(path))
    try:
        with journal.locked():
            _complete(path, journal)
            build(path, progress)
    finally:
        journal.close()


def _complete(path: Path, journal: EditJournal) -> None:
    """Give the journal what only the tables have, as far as they can be read."""
    with contextlib.suppress(Damaged, sqlite3.DatabaseError, OSError):
        tables = Tables.open(path, readonly=True)
        try:
            have = all_lines(tables.base)
        finally:
            tables.close()
        known = journal.read()
        if {line["number"] for line in have} - {line["number"] for line in known}:
            merged = {line["number"]: line for line in (*have, *known)}
            journal.replace([merged[number] for number in sorted(merged)])


def rebuilt_after_damage(
    path: Path, note: Callable[[str], None], progress: Progress = _silent, wait_s: float = 60.0
) -> None:
    """Set a damaged file aside and build it again, unless another process has done so. Raises
    OutputError, Busy, Foreign.
    """
    check_owner(path, LIBRARY)
    journal = EditJournal(journal_of(path))
    try:
        with journal.locked(wait_s):
            with contextlib.suppress(Damaged, sqlite3.DatabaseError, OSError):
                tables = Tables.open(path, readonly=True)
                try:
                    if tables.base.execute("PRAGMA quick_check(1)").fetchone() == ("ok",):
                        check_passages(tables.base)
                        all_lines(tables.base)
                        recordings(tables.base)
                        return
                finally:
                    tables.close()
            aside = connection.set_aside(path) if path.exists() else None
            build(path, progress)
            if aside:
                note(f"{path}: was damaged; it is set aside as {aside.name} and built again")
    finally:
        journal.close()
