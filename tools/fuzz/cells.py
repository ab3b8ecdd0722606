"""Changes to single values of a database: what a flipped bit inside of a row does, but oftener."""

from __future__ import annotations

import contextlib
import random
import sqlite3
from pathlib import Path

VALUES = (
    *(None, 0, 1, -1, 3, 2**40, 2**62, -(2**63), 1.5, float("inf")),
    *("", "x", "1", "[]", "[1]", "{}", "null", '{"a":1}', "3x", "0x2 1x1", "done", "x" * 10_000),
    *(b"", b"\xff\xfe", b"\xed\xa0\x80"),
)
NAMES = (
    "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite%' "
    "AND sql NOT LIKE 'CREATE VIRTUAL%' ORDER BY name"
)


def change_cells(path: Path, draw: random.Random) -> None:
    """Give one or two cells of one table another value, of any type, or remove the row."""
    declared = _without_rules(path)
    with contextlib.closing(sqlite3.connect(path, isolation_level=None)) as base:
        tables = [name for (name,) in base.execute(NAMES) if _rows(base, name)]
        table = draw.choice(tables)
        for _ in range(draw.choice((1, 1, 2))):
            if rows := _rows(base, table):
                with contextlib.suppress(sqlite3.Error):  # two rows would be of one key
                    _change(base, table, draw.choice(rows), draw)
    _declare(path, declared)


def _rows(base: sqlite3.Connection, table: str) -> list[tuple[object, ...]]:
    """All that can be read: the change before may have made text that is none."""
    with contextlib.suppress(sqlite3.OperationalError):
        return base.execute(f"SELECT * FROM {table}").fetchall()
    return []


def _change(
    base: sqlite3.Connection, table: str, row: tuple[object, ...], draw: random.Random
) -> None:
    columns = [row[1] for row in base.execute(f"PRAGMA table_info({table})")]
    where = " AND ".join(f"{column} IS ?" for column in columns)
    if draw.random() < 0.1:
        base.execute(f"DELETE FROM {table} WHERE {where}", row)
        return
    at = draw.randrange(len(columns))
    value, cell = draw.choice(VALUES), row[at]
    if isinstance(cell, str) and cell and draw.random() < 0.4:
        flipped = bytearray(cell.encode())
        flipped[draw.randrange(len(flipped))] ^= 1 << draw.randrange(8)
        value = bytes(flipped)
    kind = "CAST(? AS TEXT)" if isinstance(value, bytes) and draw.random() < 0.7 else "?"
    base.execute(f"UPDATE {table} SET {columns[at]} = {kind} WHERE {where}", (value, *row))


def _without_rules(path: Path) -> dict[int, str]:
    """Let columns be NULL that may not be; the definitions that were there."""
    with contextlib.closing(sqlite3.connect(path, isolation_level=None)) as base:
        rows = base.execute("SELECT rowid, sql FROM sqlite_master WHERE sql IS NOT NULL")
        declared = dict(rows.fetchall())
    _declare(path, {number: sql.replace(" NOT NULL", "") for number, sql in declared.items()})
    return declared


def _declare(path: Path, definitions: dict[int, str]) -> None:
    with contextlib.closing(sqlite3.connect(path, isolation_level=None)) as base:
        base.execute("PRAGMA writable_schema = ON")
        changes = [(sql, number) for number, sql in definitions.items()]
        base.executemany("UPDATE sqlite_master SET sql = ? WHERE rowid = ?", changes)
