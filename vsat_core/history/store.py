"""The file of a history: measurements in, measurements out."""

from __future__ import annotations

import contextlib
import json
import os
import sqlite3
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import attrs
import msgspec

from vsat_core.config.places import data_folder
from vsat_core.engine.atomic_files import check_folder
from vsat_core.errors import InputError, OutputError
from vsat_core.history.measurement import Commit, Figure, Measurement
from vsat_core.history.tables import HISTORY
from vsat_core.library.connection import connect
from vsat_core.library.damage import Damaged

NAME = "history.sqlite"
COLUMNS = (
    "digest, kind, recorded, commit_id, commit_time, commit_of, vsat_commit, version, machine, "
    "threads, environment, source"
)
TYPES = tuple[str, str, str, str, int | None, str, str, str, str, int, str, str]  # of COLUMNS
FIGURE = tuple(field.name for field in attrs.fields(Figure))


def default_file() -> Path:
    """history.sqlite in the user's data folder. Raises OutputError for a user without one."""
    folder = data_folder()
    if folder is None:
        raise OutputError("history: no home folder to keep it in; name a file with --history FILE")
    return folder / NAME


class Store:
    """An open history; see `opened`."""

    def __init__(self, base: sqlite3.Connection) -> None:
        self._base = base

    def add(self, measurement: Measurement) -> bool:
        """Keep a measurement, all of it or nothing; False if it is there already."""
        self._base.execute("BEGIN IMMEDIATE")
        try:
            added = self._base.execute(
                f"INSERT OR IGNORE INTO measurement ({COLUMNS}) VALUES ({_marks(12)})",
                _row(measurement),
            )
            if added.rowcount:
                self._base.executemany(
                    f"INSERT INTO figure (measurement, {', '.join(FIGURE)}) "
                    f"VALUES ({_marks(1 + len(FIGURE))})",
                    ((added.lastrowid, *attrs.astuple(figure)) for figure in measurement.figures),
                )
            self._base.execute("COMMIT")
        except BaseException:
            self._base.execute("ROLLBACK")
            raise
        return bool(added.rowcount)

    def measurements(self) -> Iterator[Measurement]:
        """All of them, in the order they were added. Raises Damaged."""
        try:
            yield from self._measurements()
        except (msgspec.MsgspecError, RecursionError) as error:
            raise Damaged(str(error)) from None

    def _measurements(self) -> Iterator[Measurement]:
        figures: dict[int, list[Figure]] = {}
        query = f"SELECT measurement, {', '.join(FIGURE)} FROM figure"
        for number, *values in self._base.execute(query):
            figures.setdefault(number, []).append(_figure(values))
        for number, *row in self._base.execute(
            f"SELECT id, {COLUMNS} FROM measurement ORDER BY id"
        ):
            yield _measurement(row, figures.get(number, []))


@contextlib.contextmanager
def opened(path: Path, new: bool = False) -> Iterator[Store]:
    """The history in a file, which is made if it is `new`. Raises InputError for a file that is
    missing or no history, OutputError where it cannot be written.
    """
    if new:
        check_folder(path.parent)
    elif not path.is_file():
        raise InputError(
            f"{path}: no such history; vsat bench, evaluate and matrix write it, vsat history "
            "import takes their older results"
        )
    try:
        readonly = not new and not os.access(path, os.W_OK)
        with contextlib.closing(connect(path, readonly, HISTORY)) as base:
            base.execute("PRAGMA synchronous = FULL")  # no journal beside it keeps what is lost
            yield Store(base)
    except (Damaged, sqlite3.DatabaseError, UnicodeDecodeError, OSError) as error:
        raise InputError(
            f"{path}: cannot be used as a history ({error}); name another file with --history"
        ) from None


def _row(m: Measurement) -> tuple[object, ...]:
    """The values of COLUMNS."""
    environment = json.dumps(dict(m.environment), sort_keys=True)
    named = (m.digest, m.kind, m.recorded, m.commit.id, m.commit.time, m.commit.of)
    return (*named, m.vsat_commit, m.version, m.machine, m.threads, environment, m.source)


def _figure(values: Sequence[Any]) -> Figure:
    """Raises msgspec.ValidationError."""
    return msgspec.convert(dict(zip(FIGURE, values, strict=True)), Figure)


def _measurement(row: Sequence[Any], figures: Sequence[Figure]) -> Measurement:
    """From the values of COLUMNS. Raises msgspec.MsgspecError."""
    digest, kind, recorded, *commit, vsat_commit, version, machine, threads, environment, source = (
        msgspec.convert(tuple(row), TYPES)
    )
    facts = (digest, kind, recorded, Commit(*commit), vsat_commit, version, machine, threads)
    circumstances = msgspec.json.decode(environment, type=dict[str, Any])
    return Measurement(*facts, circumstances, source, tuple(figures))


def _marks(n: int) -> str:
    return ", ".join("?" * n)
