"""What says that the file of a library is damaged."""

from __future__ import annotations

import sqlite3

KNOWN = (
    "malformed",
    "not a database",
    "no such table",
    "no such column",
    "vtable constructor failed",
    "corrupt",
    "decode",
)


class Damaged(Exception):
    """The file is no library, or not all of it is there."""


def is_damage(error: BaseException) -> bool:
    """Whether an error of a library says that its file is damaged."""
    if isinstance(error, Damaged):
        return True
    return isinstance(error, sqlite3.DatabaseError) and any(k in str(error) for k in KNOWN)
