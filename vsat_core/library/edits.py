"""One line of the journal done in the tables: an edit, undo or redo."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Sequence
from typing import Any

import attrs

from vsat_core.errors import InputError
from vsat_core.library import planning
from vsat_core.library.changes import Change, carry_out, take_back
from vsat_core.library.edit_journal import Line
from vsat_core.library.operations import (
    Accept,
    AnyOperation,
    Bookmark,
    Delete,
    Insert,
    Merge,
    MergeSpeakers,
    Note,
    Reassign,
    RemoveNote,
    RenameSpeaker,
    Replace,
    Split,
    operation_of,
    plain,
)
from vsat_core.library.passages import Word
from vsat_core.library.speakers import Speaker, Speakers, longest_turns
from vsat_core.library.store import PassageStore


@attrs.define
class Editor:
    """The edits of one recording. `transcript` is the sha256 of the file that word ids are of."""

    base: sqlite3.Connection
    store: PassageStore
    transcript: str

    @classmethod
    def of(cls, base: sqlite3.Connection, recording: int) -> Editor:
        """For a recording of the library."""
        query = "SELECT language, file_sha256 FROM recording WHERE id = ?"
        language, sha256 = base.execute(query, (recording,)).fetchone()
        return cls(base, PassageStore(base, recording, language), sha256)

    @property
    def recording(self) -> int:
        """Its id."""
        return self.store.recording

    def line(self, number: int, time: str, operation: AnyOperation) -> Line:
        """The line of a new edit: the operation, and where its words and speakers are, so that they
        are found in a later transcript as well. Raises InputError.
        """
        operation = self.explicit(operation)
        at = [
            [word.id, word.start_ms, word.end_ms, word.text]
            for word in map(self._word, words_named(operation))
        ]
        speakers = {name: self._identity(name) for name in self._existing(operation)}
        line = {"number": number, "recording": self.recording, "time": time}
        line |= {"base": self.transcript[:16], "op": plain(operation), "at": at}
        return line | ({"speakers": speakers} if speakers else {})

    def _word(self, id: int) -> Word:
        passage, i = planning.found(self.store, id)
        return passage.words[i]

    def explicit(self, operation: AnyOperation) -> AnyOperation:
        """Sentences and turns as the words that are in them now."""
        if not isinstance(operation, Reassign) or operation.words:
            return operation
        root = Speakers.read(self.base, self.recording).root
        by_sentence = operation.sentence is not None
        word = operation.sentence if operation.sentence is not None else operation.turn or 0
        words = planning.line_of(self.store, word, root, by_sentence)
        return Reassign(operation.speaker, words, new=operation.new)

    def _existing(self, operation: AnyOperation) -> list[str]:
        match operation:
            case RenameSpeaker():
                return [operation.speaker]
            case MergeSpeakers():
                return [operation.speaker, operation.into]
            case Reassign() if not operation.new:
                return [operation.speaker]
        return []

    def _identity(self, name: str) -> list[Any]:
        """The name in the transcript, and where this speaker speaks there."""
        speakers = Speakers.read(self.base, self.recording)
        number = speakers.of(name)
        return [
            speakers.rows[number].label,
            longest_turns(self.base, self.recording, number),
        ]

    def plan(self, number: int, operation: AnyOperation) -> list[Change]:
        """What the edit `number` changes, by the ids of this transcript. Raises InputError."""
        store = self.store
        match operation:
            case Replace():
                return planning.new_text(store, operation.words, operation.text.split(), number)
            case Delete():
                return planning.new_text(store, operation.words, [], number)
            case Split():
                return planning.new_text(store, [operation.word], operation.parts, number)
            case Merge():
                text = operation.text or "".join(self._word(w).text for w in operation.words)
                return planning.new_text(store, operation.words, ["".join(text.split())], number)
            case Insert():
                behind = operation.after is not None
                anchor = operation.after if operation.after is not None else operation.before or 0
                place = planning.found(store, anchor)
                return planning.inserted(store, place, behind, operation.text.split(), number)
            case Note() | Bookmark():
                kind = "note" if isinstance(operation, Note) else "bookmark"
                at = round((operation.at or 0) * 1000)
                if operation.word is not None:
                    at = self._word(operation.word).start_ms
                return [["note", kind, operation.word, at, operation.text]]
            case RemoveNote():
                return self._removed(operation.note)
            case Accept():
                return self._accepted(operation.edit)
        return self._plan_speakers(operation)

    def _plan_speakers(self, operation: AnyOperation) -> list[Change]:
        speakers = Speakers.read(self.base, self.recording)
        match operation:
            case RenameSpeaker():
                return [renamed(speakers, speakers.of(operation.speaker), operation.name.strip())]
            case MergeSpeakers():
                one, into = speakers.of(operation.speaker), speakers.of(operation.into)
                if one == into:
                    raise InputError(f"speaker: {operation.speaker} is {operation.into} already")
                row = speakers.rows[one]
                return [["speaker", one, [*row], [*row._replace(merged_into=into)]]]
            case Reassign():
                return self._plan_reassign(speakers, operation)
        raise AssertionError(operation)

    def _plan_reassign(self, speakers: Speakers, operation: Reassign) -> list[Change]:
        if not operation.new or speakers.named(operation.speaker) is not None:
            who = speakers.of(operation.speaker)
            return planning.reassigned(self.store, operation.words, who)
        who = max(speakers.rows, default=-1) + 1
        row = Speaker(operation.speaker, operation.speaker)
        moved = planning.reassigned(self.store, operation.words, who)
        return [["speaker", who, None, [*row]], *moved]

    def _accepted(self, edit: int) -> list[Change]:
        query = "SELECT conflict FROM edit WHERE recording = ? AND number = ?"
        row = self.base.execute(query, (self.recording, edit)).fetchone()
        if row is None or row[0] is None:
            raise InputError(f"edit {edit}: has no conflict")
        return [["accept", edit, row[0]]]

    def _removed(self, note: int) -> list[Change]:
        query = "SELECT kind, word, at_ms, text FROM note WHERE recording = ? AND number = ?"
        row = self.base.execute(query, (self.recording, note)).fetchone()
        if row is None:
            raise InputError(f"note {note}: there is no such note or bookmark")
        return [["no_note", note, *row]]

    def record(self, line: Line, changes: Sequence[Change], conflict: str | None = None) -> None:
        """Carry out the changes of an edit and keep it; what was undone before is dropped."""
        number = line["number"]
        self.base.execute(
            "UPDATE edit SET state = 'dropped' WHERE recording = ? AND state = 'undone'",
            (self.recording,),
        )
        carry_out(self.base, self.store, number, changes)
        row = (json.dumps(line, ensure_ascii=False), json.dumps(changes, ensure_ascii=False))
        self.base.execute(
            "INSERT INTO edit VALUES (?, ?, ?, ?, ?, 'done', ?)",
            (self.recording, number, line["time"], *row, conflict),
        )

    def step(self, line: Line) -> list[int]:
        """Undo the last edit, or redo the one undone last, with those that were made together with
        it. Their numbers, as they were stepped; none if there is nothing.
        """
        undo = "undo" in line
        numbers: list[int] = []
        batch = None
        while (row := self._next(undo)) is not None:
            number, entry, changes = row[0], json.loads(row[1]), json.loads(row[2])
            if numbers and (batch is None or entry.get("batch") != batch):
                break
            batch = entry.get("batch")
            (take_back if undo else carry_out)(self.base, self.store, number, changes)
            self.base.execute(
                "UPDATE edit SET state = ? WHERE recording = ? AND number = ?",
                ("undone" if undo else "done", self.recording, number),
            )
            numbers.append(number)
        if numbers:
            entry = json.dumps(line, ensure_ascii=False)
            where = (self.recording, line["number"], entry)
            self.base.execute("INSERT INTO step VALUES (?, ?, ?)", where)
        return numbers

    def _next(self, undo: bool) -> tuple[int, str, str] | None:
        """The edit that is undone next, or redone: number, line and changes."""
        state, order = ("done", "DESC") if undo else ("undone", "ASC")
        query = (
            "SELECT number, entry, changes FROM edit WHERE recording = ? AND state = ? "
            f"ORDER BY number {order} LIMIT 1"
        )
        row: tuple[int, str, str] | None = self.base.execute(
            query, (self.recording, state)
        ).fetchone()
        return row


def renamed(speakers: Speakers, number: int, name: str) -> Change:
    """Another name for a speaker. Raises InputError if another one has it."""
    other = speakers.named(name)
    if other is not None and other != number and speakers.name(other) == name:
        raise InputError(f"name: {name} is another speaker; merge_speakers makes them one")
    row = speakers.rows[number]
    return ["speaker", number, [*row], [*row._replace(name=name)]]


def words_named(operation: AnyOperation) -> list[int]:
    """The ids of the words that an operation is about."""
    match operation:
        case Replace() | Delete() | Merge() | Reassign():
            return operation.words
        case Split():
            return [operation.word]
        case Insert():
            return [i for i in (operation.after, operation.before) if i is not None]
        case Note() | Bookmark() if operation.word is not None:
            return [operation.word]
    return []


def operation_in(line: Line) -> AnyOperation:
    """The operation of a line. Raises InputError."""
    return operation_of(line["op"])
