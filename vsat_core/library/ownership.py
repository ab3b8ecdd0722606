"""Whether a file is ours, seen from its content before anything is written to it or beside it."""

from __future__ import annotations

import contextlib
import os
import sqlite3
import stat
from pathlib import Path

from vsat_core.errors import InputError
from vsat_core.library.schema import Tables

HEADER_BYTES = 100  # of SQLite's file format
MAGIC = b"SQLite format 3\x00"
APPLICATION = slice(68, 72)  # of the header: which program made the file
NAMES = "SELECT name FROM sqlite_master WHERE type = 'table'"


class Foreign(InputError):
    """The file is of another program. It is never changed, moved or replaced."""


def check_owner(path: Path, tables: Tables) -> None:
    """Pass a file that VSAT made, one that is not there, and one that may be ours and damaged: its
    journal lies beside it. Raises Foreign for any other, OSError if it cannot be read.
    """
    try:
        status = os.stat(path)
    except FileNotFoundError:
        return
    if not stat.S_ISREG(status.st_mode):
        raise _foreign(path, tables, "no file")
    with path.open("rb") as file:
        head = file.read(HEADER_BYTES)
    is_sqlite = head.startswith(MAGIC)
    if is_sqlite and head[APPLICATION] == tables.application.to_bytes(4, "big"):
        return
    if not tables.journal:
        if not head:
            return
        is_damaged = False
    else:
        is_damaged = path.with_suffix(tables.journal).is_file()
    if is_sqlite and not (is_damaged and _may_be_ours(path, tables)):
        raise _foreign(path, tables, "a database of another program")
    if not is_damaged:
        raise _foreign(path, tables, "a file of another kind" if head else "an empty file")


def _foreign(path: Path, tables: Tables, kind: str) -> Foreign:
    return Foreign(
        f"{path}: expected a {tables.kind}, found {kind}; nothing was changed: name another file "
        f"with {tables.option}, or move this one away"
    )


def _may_be_ours(path: Path, tables: Tables) -> bool:
    """Whether a database whose header does not name us has one of our tables, none at all, or
    tables that cannot be read. Makes no file beside it.
    """
    try:
        with contextlib.closing(sqlite3.connect(uri_of(path, "ro&immutable=1"), uri=True)) as base:
            names = {name for (name,) in base.execute(NAMES)}
    except (sqlite3.DatabaseError, UnicodeDecodeError):  # of SQLite's own words
        return True
    return not names or any(f" {name} " in script for name in names for script in tables.migrations)


PLAIN = frozenset("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789/._-")


def uri_of(path: Path, mode: str) -> str:
    """The path as SQLite opens it in a mode; urllib takes long to import."""
    name = os.fsencode(os.path.abspath(path))
    quoted = "".join(chr(b) if chr(b) in PLAIN else f"%{b:02x}" for b in name)
    return f"file:{quoted}?mode={mode}"
