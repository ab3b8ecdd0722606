"""A library for programs: recordings in, words out, edits done and undone.

>>> from vsat_core.library.library import Library
>>> with Library.open("transcripts") as library:  # doctest: +SKIP
...     one = library.recording("interview")
...     library.apply(one.id, {"op": "replace", "words": [17], "text": "Okonkwo"})
...     library.undo(one.id)
...     [word.text for word in library.words(one.id, 0, 60)]
"""

from __future__ import annotations

import contextlib
import sqlite3
import time
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from types import TracebackType
from typing import Self

import attrs

from vsat_core.errors import InputError
from vsat_core.library import recordings as rows
from vsat_core.library.catching_up import catch_up
from vsat_core.library.damage import is_of_surroundings
from vsat_core.library.edit_journal import Line, make_journal
from vsat_core.library.edits import Editor
from vsat_core.library.filling import Arrival, Filled, take_in
from vsat_core.library.location import library_at
from vsat_core.library.mending import Answer, Note, mended
from vsat_core.library.naming import recording_named
from vsat_core.library.operations import AnyOperation, Operation, operation_of, plain
from vsat_core.library.ownership import check_owner
from vsat_core.library.passages import Word
from vsat_core.library.reading import Edit, Remark, edit, edits, notes, words_between, words_of
from vsat_core.library.rebuilding import rebuilt_after
from vsat_core.library.recordings import Recording
from vsat_core.library.schema import LIBRARY
from vsat_core.library.speakers import Speakers
from vsat_core.library.tables import Tables


def _silent(*_: object) -> None:
    """For what nobody asked to be told."""


@attrs.define
class Library:
    """An open library; one for each thread. Everything that is written is in the journal before a
    method returns. Raises OutputError where the disk refuses, InputError for what is not there.
    """

    tables: Tables
    note: Note = _silent

    @classmethod
    def open(cls, path: Path | str, readonly: bool = False, note: Note = _silent) -> Library:
        """The library of a folder of transcripts, or in a file; made if need be.

        A damaged file is set aside and built again from journal and transcripts, and `note` gets a
        line. With `readonly` nothing is made; raises InputError if there is nothing.
        """
        file = library_at(Path(path))
        if readonly and not file.exists():
            raise InputError(f"{file}: there is no library; vsat library rebuild FOLDER makes one")
        return cls(_opened(file, readonly, note), note)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        at: TracebackType | None,
    ) -> None:
        self.close()

    def close(self) -> None:
        """Close its files."""
        self.tables.close()

    @property
    def path(self) -> Path:
        """Its file."""
        return self.tables.path

    @property
    def base(self) -> sqlite3.Connection:
        """The tables, to read from."""
        return self.tables.base

    @contextlib.contextmanager
    def writing(self) -> Iterator[list[Line]]:
        """A transaction on tables that have all of the journal: see Tables.writing."""
        with self.tables.writing() as lines:
            if self.tables.is_behind():
                catch_up(self.tables)
            yield lines

    def mended(self, action: Callable[[], Answer]) -> Answer:
        """What the action answers; a library that proves damaged is built again, once."""
        try:
            return action()
        except Exception as error:
            if not self.mend(error):
                raise
        return action()

    def mend(self, error: Exception) -> bool:
        """Build a library again whose damage an error has shown: whether it was damaged."""
        if self.tables.readonly or is_of_surroundings(error):
            return False
        self.tables.close()
        try:
            return rebuilt_after(self.path, error, self.tables.file, self.note)
        finally:
            self.tables = Tables.open(self.path)

    def recordings(self) -> list[Recording]:
        """All, in order of coming in."""
        return rows.recordings(self.base)

    def recording(self, name: str | Path) -> Recording:
        """The recording of this name: of its transcript, with or without folder and ending, or of
        its sound. Raises InputError.
        """
        return recording_named(self.base, str(name))

    def add(self, arrival: Arrival) -> Filled | None:
        """Take in a transcript, or another one of a known recording, whose edits are carried over.
        None if nothing is new. Raises OSError, and NotTranscript if the file is none.
        """
        return self.mended(lambda: self._add(arrival))

    def _add(self, arrival: Arrival) -> Filled | None:
        with self.writing() as lines:
            filled = take_in(self.base, self.path, arrival, self.tables.number() + 1)
            if filled:
                lines.append(filled.recording.line())
            return filled

    def apply(self, recording: int, operation: Operation | dict[str, object]) -> Edit:
        """Do an operation (see operations.py, or its fields as a mapping) and save it. Raises
        InputError, and then nothing has changed.
        """
        return self.apply_all(recording, [operation])[0]

    def apply_all(
        self,
        recording: int,
        operations: Sequence[Operation | dict[str, object]],
        batch: str = "",
    ) -> list[Edit]:
        """Do operations together: all or none, and undo takes all of them back. They can be found
        again as `batch`. Raises InputError, and then nothing has changed.
        """
        wanted: list[AnyOperation] = [
            operation_of(one if isinstance(one, dict) else _fields(one)) for one in operations
        ]
        return self.mended(lambda: self._apply_all(recording, wanted, batch))

    def _apply_all(self, recording: int, wanted: Sequence[AnyOperation], batch: str) -> list[Edit]:
        with self.writing() as lines:
            editor = self._editor(recording)
            for one in wanted:
                number = self.tables.number() + 1 + len(lines)
                line = editor.line(number, _now(), one)
                if batch or len(wanted) > 1:
                    line["batch"] = batch or f"edit {number - len(lines)}"
                editor.record(line, editor.plan(number, editor.explicit(one)))
                lines.append(line)
            editor.store.flush()
        return [Edit.of(line, "done") for line in lines]

    def batch(self, recording: int, batch: str) -> list[Edit]:
        """The edits that were made as this batch, in order; none if it is not known."""
        return edits(self.base, recording, "AND json_extract(entry, '$.batch') = ?", batch)

    def undo(self, recording: int) -> Edit | None:
        """Take back the last edit of a recording, with those of its batch; None if there is
        none.
        """
        return self.mended(lambda: self._step(recording, "undo"))

    def redo(self, recording: int) -> Edit | None:
        """Do the edit again that was undone last; None if there is none, or if there was another
        edit since.
        """
        return self.mended(lambda: self._step(recording, "redo"))

    def _step(self, recording: int, which: str) -> Edit | None:
        with self.writing() as lines:
            editor = self._editor(recording)
            number = self.tables.number() + 1
            line = {"number": number, "recording": recording, "time": _now(), which: True}
            done = editor.step(line)
            if not done:
                return None
            editor.store.flush()
            lines.append(line)
        return attrs.evolve(edit(self.base, recording, done[0]), together=tuple(done))

    def _editor(self, recording: int) -> Editor:
        if not rows.recordings(self.base, "WHERE id = ? AND file IS NOT NULL", recording):
            raise InputError(f"recording {recording}: has no transcript in this library")
        return Editor.of(self.base, recording)

    def words(self, recording: int, first: int = 0, n: int | None = None) -> list[Word]:
        """Words in order, as they are now: `n` from number `first` on."""
        return words_of(self.base, recording, first, n)

    def words_between(self, recording: int, start_s: float, end_s: float) -> list[Word]:
        """The words said from `start_s` to `end_s`, as they are now."""
        return words_between(self.base, recording, start_s, end_s)

    def speakers(self, recording: int) -> Speakers:
        """Who speaks, as they are called now."""
        return Speakers.read(self.base, recording)

    def edits(self, recording: int) -> list[Edit]:
        """All edits in order, undone ones too."""
        return edits(self.base, recording)

    def notes(self, recording: int) -> list[Remark]:
        """Notes and bookmarks in order of time."""
        return notes(self.base, recording)


def using(
    path: Path, action: Callable[[Library], Answer], readonly: bool = False, note: Note = _silent
) -> Answer:
    """What an action on a library answers; one that proves damaged is built again, once."""

    def attempt() -> Answer:
        with Library.open(path, readonly, note) as library:
            return action(library)

    return mended(library_at(path), attempt, note, readonly)


def _opened(path: Path, readonly: bool, note: Note) -> Tables:
    """The tables, built again if they are damaged, and brought up to the journal."""
    if not readonly:
        check_owner(path, LIBRARY)
        path.parent.mkdir(parents=True, exist_ok=True)
        make_journal(path)
    return mended(path, lambda: _up_to_date(path, readonly), note, readonly)


def _up_to_date(path: Path, readonly: bool) -> Tables:
    tables = Tables.open(path, readonly)
    try:
        if tables.is_behind() and not readonly:
            with tables.writing():
                if tables.is_behind():
                    catch_up(tables)
    except BaseException:
        tables.close()
        raise
    return tables


def _fields(operation: Operation) -> dict[str, object]:
    return plain(operation)  # type: ignore[arg-type]


def _now() -> str:
    return time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime())
