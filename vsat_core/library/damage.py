"""What says that the file of a library is damaged, and what cannot say so."""

from __future__ import annotations

import sqlite3

from vsat_core.errors import VsatError

# SQLite's result codes, of which an extended code has the lowest byte
PERMISSION, BUSY, LOCKED, NO_MEMORY, READONLY, INTERRUPTED = 3, 5, 6, 7, 8, 9
CORRUPT, FULL, CANNOT_OPEN, NO_DATABASE = 11, 13, 14, 26
INPUT_OUTPUT, SHORT_READ = 10, 10 | 2 << 8
SURROUNDINGS = {PERMISSION, BUSY, LOCKED, NO_MEMORY, READONLY, INTERRUPTED, FULL, CANNOT_OPEN}


class Damaged(Exception):
    """The file is no library, or not all of it is there."""


def is_evident(error: BaseException) -> bool:
    """Whether an error leaves no doubt that the file is damaged."""
    return isinstance(error, Damaged) or _code(error) & 0xFF in (CORRUPT, NO_DATABASE)


def is_of_surroundings(error: BaseException) -> bool:
    """Whether an error is of the disk, of memory, of other processes or of what the user asked for.
    Any other, a value of the wrong type as much as an error of SQLite, may be due to a damaged
    file.
    """
    if isinstance(error, sqlite3.Error):
        code = _code(error)
        broken = code & 0xFF == INPUT_OUTPUT and code != SHORT_READ
        return broken or code & 0xFF in SURROUNDINGS
    return not isinstance(error, Exception) or isinstance(error, VsatError | OSError | MemoryError)


def _code(error: BaseException) -> int:
    """SQLite's extended result code, 0 where there is none."""
    return getattr(error, "sqlite_errorcode", 0)
