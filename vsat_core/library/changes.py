"""What an edit changes in the tables, as JSON takes it, done and undone."""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence
from typing import Any

from vsat_core.library.passages import Word
from vsat_core.library.store import PassageStore

# ["words", place, at, old, new], ["speaker", number, old, new], ["note", kind, word, at_ms, text],
# ["no_note", number, kind, word, at_ms, text], ["accept", edit, conflict]
Change = list[Any]


def words_change(place: int, at: int, old: Sequence[Word], new: Sequence[Word]) -> Change:
    """Other words in a passage."""
    return ["words", place, at, [*map(list, old)], [*map(list, new)]]


def carry_out(
    base: sqlite3.Connection, store: PassageStore, edit: int, changes: Sequence[Change]
) -> None:
    """Do all changes of the edit with this number; `store` is not flushed."""
    for change in changes:
        _do(base, store, edit, change)


def take_back(
    base: sqlite3.Connection, store: PassageStore, edit: int, changes: Sequence[Change]
) -> None:
    """Undo all changes, the last first."""
    for kind, *values in reversed(changes):
        if kind == "words":
            place, at, old, new = values
            store.splice(place, at, _words(new), _words(old))
        elif kind == "speaker":
            _set_speaker(base, store.recording, values[0], values[1])
        elif kind == "note":
            _remove_note(base, store.recording, edit)
        elif kind == "no_note":
            _add_note(base, store.recording, *values)
        else:
            _set_conflict(base, store.recording, *values)


def _do(base: sqlite3.Connection, store: PassageStore, edit: int, change: Change) -> None:
    kind, *values = change
    if kind == "words":
        place, at, old, new = values
        store.splice(place, at, _words(old), _words(new))
    elif kind == "speaker":
        _set_speaker(base, store.recording, values[0], values[2])
    elif kind == "note":
        _add_note(base, store.recording, edit, *values)
    elif kind == "no_note":
        _remove_note(base, store.recording, values[0])
    else:
        _set_conflict(base, store.recording, values[0], None)


def _add_note(base: sqlite3.Connection, *row: object) -> None:
    base.execute("INSERT INTO note VALUES (?, ?, ?, ?, ?, ?)", row)


def _remove_note(base: sqlite3.Connection, recording: int, number: int) -> None:
    where = (recording, number)
    base.execute("DELETE FROM note WHERE recording = ? AND number = ?", where)


def _words(rows: Sequence[Sequence[Any]]) -> list[Word]:
    return [Word(*row) for row in rows]


def _set_speaker(
    base: sqlite3.Connection, recording: int, number: int, row: Sequence[Any] | None
) -> None:
    where = (recording, number)
    base.execute("DELETE FROM speaker WHERE recording = ? AND number = ?", where)
    if row is not None:
        base.execute("INSERT INTO speaker VALUES (?, ?, ?, ?, ?)", (*where, *row))


def _set_conflict(
    base: sqlite3.Connection, recording: int, edit: int, conflict: str | None
) -> None:
    base.execute(
        "UPDATE edit SET conflict = ? WHERE recording = ? AND number = ?",
        (conflict, recording, edit),
    )
