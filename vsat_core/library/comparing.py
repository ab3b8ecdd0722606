"""Whether the file of a library says what its journal and transcripts say."""

from __future__ import annotations

import contextlib
import sqlite3
from itertools import zip_longest
from pathlib import Path

import attrs

from vsat_core.library.connection import connect
from vsat_core.library.damage import Damaged, is_of_surroundings
from vsat_core.library.folder import Known
from vsat_core.library.recordings import Recording, recordings

OF_FILES = ("file_bytes", "file_mtime_ns")  # columns that a copied transcript has others of
WHOLE = (
    "SELECT id FROM recording ORDER BY id",
    "SELECT * FROM forgotten ORDER BY 1",
)
NUMBER = "SELECT coalesce(max(value), 0) FROM state WHERE name = 'number'"
THERE = "SELECT id FROM recording WHERE file IS NOT NULL AND file_bytes > 0"  # with a transcript
INDEXED = "SELECT * FROM temp.indexed"  # how often each token of the full-text index is where
TABLES = ("speaker", "turn", "passage", "made_word", "edit", "step", "note")  # of recordings
FACTS = ", ".join(f.name for f in attrs.fields(Recording) if f.name not in OF_FILES)


def differs(library: Path, built: Path) -> bool:
    """Whether a library that was just built again says anything else, or the older file cannot be
    read. What the tables alone know, the words of a transcript that is gone, is not compared.
    Raises sqlite3.Error and OSError for what is no damage.
    """
    with contextlib.closing(connect(built)) as new:
        try:
            with contextlib.closing(connect(library)) as old:
                return not _is_sound(old) or _says_other(old, new)
        except (Damaged, sqlite3.Error, UnicodeError) as error:
            if is_of_surroundings(error):
                raise
            return True


def _is_sound(base: sqlite3.Connection) -> bool:
    """Whether SQLite finds no fault in tables, indices and the full-text index. Raises Damaged and
    sqlite3.DatabaseError where a row cannot be read that is not compared.
    """
    recordings(base)
    Known.read(base)
    base.execute("SELECT * FROM state").fetchall()
    base.execute("INSERT INTO passage_text(passage_text) VALUES ('integrity-check')")
    return base.execute("PRAGMA integrity_check(1)").fetchone() == ("ok",)


def _says_other(old: sqlite3.Connection, new: sqlite3.Connection) -> bool:
    for base in (old, new):
        base.execute("CREATE VIRTUAL TABLE temp.indexed USING fts5vocab(main, passage_text, row)")
    (has,), (should_have,) = old.execute(NUMBER).fetchone(), new.execute(NUMBER).fetchone()
    if not isinstance(has, int) or has < should_have:  # the last line of the journal
        return True
    there = {id for (id,) in new.execute(THERE)}
    queries = WHOLE if len(there) < len(recordings(new)) else (*WHOLE, INDEXED)
    if any(a != b for q in queries for a, b in zip_longest(old.execute(q), new.execute(q))):
        return True
    return any(_rows(old, id) != _rows(new, id) for id in there)


def _rows(base: sqlite3.Connection, recording: int) -> list[list[tuple[object, ...]]]:
    """All of one recording."""
    facts = base.execute(f"SELECT {FACTS} FROM recording WHERE id = ?", (recording,)).fetchall()
    where = "WHERE recording = ? ORDER BY 1, 2"
    return [
        facts,
        *(base.execute(f"SELECT * FROM {t} {where}", (recording,)).fetchall() for t in TABLES),
    ]
