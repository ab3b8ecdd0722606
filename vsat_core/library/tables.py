"""The tables of a library together with its journal: what is written is in both or in none."""

from __future__ import annotations

import contextlib
import sqlite3
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import attrs

from vsat_core.errors import OutputError
from vsat_core.library import connection, recordings as rows
from vsat_core.library.damage import Damaged, is_of_surroundings
from vsat_core.library.edit_journal import EditJournal, Line
from vsat_core.library.journal_lines import END_OF_NUMBERS
from vsat_core.library.location import journal_of

NUMBER, SIZE = "number", "journal_bytes"  # rows of the table `state`


@attrs.define
class Tables:
    """An open library, without a rule of what is in it."""

    path: Path
    base: sqlite3.Connection
    journal: EditJournal
    readonly: bool = False
    file: tuple[int, int] | None = None  # device and inode of what `base` has open

    @classmethod
    def open(cls, path: Path, readonly: bool = False) -> Tables:
        """Open or make the tables, without a look at the journal. Raises what `connect` does."""
        base = connection.connect(path, readonly)
        return cls(path, base, EditJournal(journal_of(path)), readonly, connection.identity(path))

    def close(self) -> None:
        """Close both files."""
        self.base.close()
        self.journal.close()

    def number(self) -> int:
        """Of the last line of the journal that is in the tables. Raises Damaged."""
        return self._state(NUMBER)

    def is_behind(self) -> bool:
        """Whether the journal has other lines than the tables."""
        return self._state(SIZE) != self.journal.size

    def _state(self, name: str) -> int:
        row = self.base.execute("SELECT value FROM state WHERE name = ?", (name,)).fetchone()
        value = row[0] if row else 0
        if not isinstance(value, int) or not 0 <= value < END_OF_NUMBERS:
            raise Damaged(f"its state {name} is {value!r}")
        return value

    def set_number(self, number: int) -> None:
        """Note which lines of the journal the tables have."""
        self._set(NUMBER, number)

    def set_size(self, size: int) -> None:
        """Note how long the journal was then."""
        self._set(SIZE, size)

    def _set(self, name: str, value: int) -> None:
        self.base.execute("INSERT OR REPLACE INTO state VALUES (?, ?)", (name, value))

    @contextlib.contextmanager
    def writing(self) -> Iterator[list[Line]]:
        """A transaction. Lines put into the list are written to the journal before the tables
        change for others; on an error neither changes.

        Raises OutputError, Busy, and sqlite3.Error.
        """
        if self.readonly:
            raise OutputError(
                f"{self.path}: the library can only be read; check permissions of its folder"
            )
        with self.journal.locked():
            self._open_again_if_replaced()
            self.base.execute("BEGIN IMMEDIATE")
            size = self.journal.size
            try:
                lines: list[Line] = []
                yield lines
                self._keep(lines)
                self.base.execute("COMMIT")
            except BaseException as error:
                with contextlib.suppress(sqlite3.Error):
                    self.base.execute("ROLLBACK")
                if size < self.journal.size:
                    self.journal.cut(size)
                if isinstance(error, sqlite3.OperationalError) and is_of_surroundings(error):
                    raise self._refused(error) from None
                raise

    def _keep(self, lines: Sequence[Line]) -> None:
        if lines:
            if lines[0]["number"] <= self.journal.last_number():
                raise Damaged("it lacks lines of its journal")
            self.journal.append(lines)
            self.set_number(lines[-1]["number"])
        self.set_size(self.journal.size)

    def _refused(self, error: sqlite3.OperationalError) -> OutputError:
        return OutputError(
            f"{self.path}: cannot be written ({error}); nothing was saved: check space and "
            "permissions"
        )

    def _open_again_if_replaced(self) -> None:
        """Another process may have set the file aside or built it again."""
        now = connection.identity(self.path)
        if now == self.file:
            return
        if now is None:
            raise Damaged("the file is gone")
        self.base.close()
        self.base = connection.connect(self.path)
        self.file = connection.identity(self.path)


def forget_file(base: sqlite3.Connection, line: Line) -> None:
    """A line that says that a transcript is not to come in again."""
    base.execute(
        "INSERT OR REPLACE INTO forgotten VALUES (?, ?)", (line["forgotten"], line["number"])
    )


def all_lines(base: sqlite3.Connection) -> list[Line]:
    """The journal as the tables have it."""
    lines: list[Line] = [one.line() for one in rows.recordings(base)]
    for one in rows.recordings(base):
        lines += rows.lines_of(base, one.id)
    for sha256, number in base.execute("SELECT file_sha256, number FROM forgotten"):
        lines.append({"number": number, "forgotten": sha256})
    return sorted(lines, key=_number)


def _number(line: Line) -> Any:
    return line["number"]
