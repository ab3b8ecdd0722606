"""Corrections of a transcript: from the operations of a page to edits of the library, and what
changed back to the page.
"""

from __future__ import annotations

import json
import sqlite3
from collections import OrderedDict
from collections.abc import Sequence
from typing import Any, Literal

import attrs
import msgspec

from vsat_core.library.damage import Damaged
from vsat_core.library.library import Library
from vsat_core.library.passages import Word
from vsat_core.page.present import Difference, Present, changed_columns, columns_of
from vsat_core.page.replies import Refused
from vsat_core.page.shelf import Shelf
from vsat_core.page.translated import translated

OPEN = 6  # transcripts that stay in memory
REVISION = (
    "SELECT max(number) FROM (SELECT max(number) AS number FROM edit WHERE recording = :id "
    "UNION ALL SELECT max(number) FROM step WHERE recording = :id "
    "UNION ALL SELECT number FROM recording WHERE id = :id)"
)
Step = Literal["undo", "redo"]


class Behind(Exception):
    """Somebody else was first; the page reads what changed. Inside this package only."""

    def __init__(self, revision: int) -> None:
        self.revision = revision
        super().__init__(str(revision))


class Edits(msgspec.Struct, forbid_unknown_fields=True):
    """What a page sends; `batch` is a name of its own for these operations."""

    revision: int
    operations: list[dict[str, Any]]
    batch: str = ""


@attrs.define
class Editing:
    """The transcripts that are open. The lock of the shelf is held by every method."""

    shelf: Shelf
    _open: OrderedDict[int, Present] = attrs.field(factory=OrderedDict, init=False)

    def transcript(self, recording: int) -> dict[str, Any]:
        """All of it, as columns."""
        with self.shelf.lock:
            present = self.present(recording)
            index = present.speaker_index()
            return {
                "revision": present.revision,
                "words": columns_of(present.words(), index),
                "paragraphs": present.paragraphs,
                **self._facts(present),
            }

    def mend(self, error: Exception) -> bool:
        """Build the library again if an error shows that its file is damaged; whether it was."""
        if not isinstance(error, Damaged | sqlite3.Error):
            return False
        with self.shelf.lock:
            was_damaged = self.shelf.library.mend(error)
            if was_damaged:
                self._open.clear()
            return was_damaged

    def apply(self, recording: int, edits: Edits) -> dict[str, Any]:
        """Do and save operations: all or none. Raises Behind, Refused, InputError, OutputError."""
        with self.shelf.lock:
            library, present = self.shelf.library, self.present(recording)
            if edits.revision != present.revision:
                known = library.batch(recording, edits.batch) if edits.batch else []
                if not known:
                    raise Behind(present.revision)
                return self._again(present, edits.revision, [one.number for one in known])
            operations = [translated(one, present) for one in edits.operations]
            if not operations:
                raise Refused(400, "operations: expected at least one")
            made = library.apply_all(recording, operations, edits.batch)
            numbers = [edit.number for edit in made]
            before = present.revision
            try:
                for number in numbers:
                    self._follow(present, number, number, back=False)
            except ValueError:
                present = self._read(recording)
            answer = self._answer(present, before)
            return answer | {"created": self._created(recording, numbers)}

    def step(self, recording: int, revision: int, which: Step) -> dict[str, Any]:
        """Undo or redo. Raises Behind, and Refused where there is nothing."""
        with self.shelf.lock:
            library, present = self.shelf.library, self.present(recording)
            if revision != present.revision:
                raise Behind(present.revision)
            edit = library.undo(recording) if which == "undo" else library.redo(recording)
            if edit is None:
                raise Refused(400, f"there is nothing to {which}")
            before, now = present.revision, self.revision(recording)
            try:
                for number in edit.together:
                    self._follow(present, now, number, back=which == "undo")
            except ValueError:
                present = self._read(recording)
            answer = self._answer(present, before)
            touched = next(iter(answer["words"].get("id", [])), None)
            return answer | {"touched": touched}

    def since(self, recording: int, revision: int) -> dict[str, Any]:
        """What changed after a revision."""
        with self.shelf.lock:
            return self._answer(self.present(recording), revision)

    def revision(self, recording: int) -> int:
        """The number of the last line of the journal about a recording."""
        found = self.shelf.library.base.execute(REVISION, {"id": recording}).fetchone()[0]
        return int(found or 0)

    def present(self, recording: int) -> Present:
        """The transcript as it is now, also after another program has changed it."""
        known = self._open.get(recording)
        if known is None or known.revision != self.revision(recording):
            return self._read(recording)
        self._open.move_to_end(recording)
        return known

    def _read(self, recording: int) -> Present:
        made = Present.read(self.shelf.library, recording, self.revision(recording))
        self._open[recording] = made
        while len(self._open) > OPEN:
            self._open.popitem(last=False)
        return made

    def _follow(self, present: Present, revision: int, number: int, back: bool) -> Difference:
        """Do in memory what an edit did in the tables. Raises ValueError if it does not fit."""
        changes = self._changes(present.recording, number)
        speakers = self.shelf.library.speakers(present.recording)
        return present.change(revision, changes, back, speakers)

    def _changes(self, recording: int, number: int) -> list[list[Any]]:
        query = "SELECT changes FROM edit WHERE recording = ? AND number = ?"
        row = self.shelf.library.base.execute(query, (recording, number)).fetchone()
        changes: list[list[Any]] = json.loads(row[0]) if row else []
        return changes

    def _created(self, recording: int, numbers: Sequence[int]) -> list[list[int]]:
        """The ids of the words that each operation made, in order."""
        made = []
        for number in numbers:
            rows = [c for c in self._changes(recording, number) if c[0] == "words"]
            old = {Word(*word).id for change in rows for word in change[3]}
            made.append([w[0] for change in rows for w in change[4] if w[0] not in old])
        return made

    def _again(self, present: Present, revision: int, numbers: Sequence[int]) -> dict[str, Any]:
        """The answer to a page that did not get the first one."""
        answer = self._answer(present, revision)
        return answer | {"created": self._created(present.recording, numbers)}

    def _answer(self, present: Present, before: int) -> dict[str, Any]:
        """What changed after the revision `before`; everything where that is not known any more."""
        difference = present.since(before) or self._everything(present)
        answer: dict[str, Any] = {"revision": present.revision, "words": {}}
        if difference.words or difference.renumbered:
            answer["words"] = changed_columns(present, difference)
        answer["removed"] = sorted(difference.removed)
        if difference.words or difference.removed or difference.speakers:
            answer["paragraphs"] = present.paragraphs
        return answer | self._facts(present)

    def _everything(self, present: Present) -> Difference:
        """All words as new ones, and all that are gone: what was before is not known."""
        library, recording = self.shelf.library, present.recording
        query = "SELECT words FROM recording WHERE id = ?"
        known = set(range(library.base.execute(query, (recording,)).fetchone()[0]))
        query = "SELECT changes FROM edit WHERE recording = ?"
        for (text,) in library.base.execute(query, (recording,)):
            for kind, *values in json.loads(text):
                if kind == "words":
                    known |= {row[0] for rows in values[2:] for row in rows}
        here = frozenset(word.id for word in present.words())
        return Difference(
            present.revision,
            words=here,
            removed=frozenset(known) - here,
            passages=frozenset(range(len(present.passages))),
            speakers=True,
            notes=True,
        )

    def _facts(self, present: Present) -> dict[str, Any]:
        """Speakers, notes, and whether there is something to undo."""
        library, recording = self.shelf.library, present.recording
        states = "SELECT DISTINCT state FROM edit WHERE recording = ?"
        known = {state for (state,) in library.base.execute(states, (recording,))}
        return {
            "speakers": speakers_of(library, present),
            "notes": [
                {
                    "id": note.number,
                    "start": note.at_ms / 1000,
                    "text": note.text,
                    "kind": note.kind,
                }
                for note in library.notes(recording)
            ],
            "can_undo": "done" in known,
            "can_redo": "undone" in known,
        }


def speakers_of(library: Library, present: Present) -> list[dict[str, Any]]:
    """Those who were not merged, in order, with the length of their turns. A colour stays with its
    speaker whoever else is merged.
    """
    query = "SELECT speaker, sum(end_ms - start_ms) FROM turn WHERE recording = ? GROUP BY speaker"
    roots = present.roots()
    lasting = dict.fromkeys(roots, 0)
    for number, ms in library.base.execute(query, (present.recording,)):
        if number in present.speakers.rows:
            lasting[present.speakers.root(number)] += ms
    return [
        {
            "id": str(number),
            "name": present.speakers.name(number),
            "seconds": lasting[number] / 1000,
            "colour_index": number,
        }
        for number in roots
    ]
