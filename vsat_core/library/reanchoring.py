"""An edit of an earlier transcript, planned on the present one."""

from __future__ import annotations

from collections.abc import Sequence

import attrs

from vsat_core.errors import InputError
from vsat_core.library import planning
from vsat_core.library.anchors import Anchor, Anchors
from vsat_core.library.changes import Change
from vsat_core.library.edit_journal import Line
from vsat_core.library.edits import Editor, operation_in, renamed
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
)
from vsat_core.library.passages import Word
from vsat_core.library.speakers import Speakers
from vsat_core.library.store import MADE, Unknown

Plan = tuple[list[Change], str | None]  # what to change, and what does not fit


@attrs.define
class Reanchoring:
    """Edits of earlier transcripts of one recording, in order."""

    editor: Editor
    anchors: Anchors
    _line: Line = attrs.field(factory=dict)
    _names: dict[int, str] = attrs.field(factory=dict)  # label of whoever gave a speaker its name

    def plan(self, line: Line) -> Plan:
        """What the edit changes in this transcript; a conflict never raises."""
        self._line = line
        try:
            return self._plan(operation_in(line))
        except InputError as error:
            return [], f"cannot be done in the new transcript: {error}"

    def _plan(self, operation: AnyOperation) -> Plan:
        match operation:
            case Replace():
                return self._text(operation.text.split())
            case Split():
                return self._text(operation.parts)
            case Merge():
                said = operation.text or "".join(text for *_, text in self._line["at"])
                return self._text(["".join(said.split())])
            case Delete():
                return self._deleted()
            case Insert():
                return self._inserted(operation)
            case Reassign():
                return self._reassigned(operation)
            case Note() | Bookmark():
                return self._noted(operation)
            case RemoveNote():
                return self.editor.plan(self._line["number"], operation), None
            case Accept():
                return [], None
        return self._speakers(operation)

    def _found(self) -> tuple[list[int], bool]:
        """The ids of the edit's words that are there, and whether all are the same words."""
        ids: list[int] = []
        same = True
        for anchor in self._line["at"]:
            id, exact = self._find(tuple(anchor))
            same = same and exact
            if id is not None and id not in ids:
                ids.append(id)
        return ids, same

    def _find(self, anchor: Anchor) -> tuple[int | None, bool]:
        if anchor[0] >= MADE and self._exists(anchor[0]):
            return anchor[0], True
        found = self.anchors.find(self._line["base"], anchor)
        if found is None or not self._exists(found.word):
            return None, False
        return found.word, found.same

    def _exists(self, word: int) -> bool:
        try:
            self.editor.store.holding(word)
        except Unknown:
            return False
        return True

    def _span(self) -> tuple[int, int]:
        at = self._line["at"]
        return min(a for _, a, _, _ in at), max(b for _, _, b, _ in at)

    def _text(self, texts: list[str]) -> Plan:
        ids, same = self._found()
        number = self._line["number"]
        earlier = [anchor[0] for anchor in self._line["at"]]
        if same:
            return planning.new_text(self.editor.store, ids, texts, number), None
        start, end = self._span()
        said = [w.id for w in self.anchors.said_near(start, end, texts)]
        if said and all(map(self._exists, said)):  # the new transcript is right by itself
            self.anchors.know(self._line["base"], earlier, said)
            if [self._text_of(word) for word in said] == texts:
                return [], None
            return planning.new_text(self.editor.store, said, texts, number), None
        was = " ".join(text for *_, text in self._line["at"])
        ids = self._contiguous(ids)
        if not ids:
            changes = self._at_time(start, end, texts)
            made = planning.made(number, len(texts)) if changes else []
            self.anchors.know(self._line["base"], earlier, made)
            return changes, f"{was!r} was replaced, and nothing is recognised there now"
        now = " ".join(self._text_of(word) for word in ids)
        changes = planning.new_text(self.editor.store, ids, texts, number)
        self.anchors.know(self._line["base"], earlier, ids)
        return changes, f"{was!r} was replaced, and {now!r} is recognised there now"

    def _text_of(self, word: int) -> str:
        passage, i = planning.found(self.editor.store, word)
        return passage.words[i].text

    def _contiguous(self, ids: Sequence[int]) -> list[int]:
        """The words from the first to the last of these."""
        store = self.editor.store
        places = sorted((p.place, i) for p, i in (store.holding(id) for id in ids))
        out: list[int] = []
        here = places[0] if places else None
        while here is not None and here <= places[-1]:
            passage = store.passage(here[0])
            assert passage
            out.append(passage.words[here[1]].id)
            following = store.neighbour(*here, 1)
            here = (following[0].place, following[1]) if following else None
        return out

    def _at_time(self, start: int, end: int, texts: Sequence[str]) -> list[Change]:
        """New words where an earlier transcript had some; nothing if all is empty."""
        before = self.anchors.before(start)
        if before is None or not self._exists(before.id):
            return []
        place = self.editor.store.holding(before.id)
        behind = before.start_ms <= start
        number = self._line["number"]
        return planning.inserted(self.editor.store, place, behind, texts, number, (start, end))

    def _deleted(self) -> Plan:
        ids, _ = self._found()
        if ids and self._all_same():
            return planning.new_text(self.editor.store, ids, [], self._line["number"]), None
        if not ids:
            return [], None  # they are not there any more
        was = " ".join(text for *_, text in self._line["at"])
        now = " ".join(self._text_of(word) for word in ids)
        return [], f"{was!r} was deleted, and {now!r} is recognised there now, which is kept"

    def _all_same(self) -> bool:
        """Whether all of its words that are there are the same."""
        found = [self._find(tuple(a)) for a in self._line["at"]]
        return all(same for word, same in found if word is not None)

    def _inserted(self, operation: Insert) -> Plan:
        texts, number = operation.text.split(), self._line["number"]
        _, start, end, was = self._line["at"][0]
        behind = operation.after is not None
        word, same = self._find(tuple(self._line["at"][0]))
        if word is not None and self._beside(word, behind, len(texts)) == texts:
            return [], None  # the new transcript has them
        if word is not None and same:
            place = planning.found(self.editor.store, word)
            return planning.inserted(self.editor.store, place, behind, texts, number), None
        at = end if behind else start
        conflict = f"{' '.join(texts)!r} was inserted beside {was!r}, which is not there now"
        return self._at_time(at, at, texts), conflict

    def _beside(self, word: int, behind: bool, n: int) -> list[str]:
        """The text of `n` words behind a word, or before it."""
        store = self.editor.store
        out: list[str] = []
        passage, i = store.holding(word)
        while len(out) < n and (
            following := store.neighbour(passage.place, i, 1 if behind else -1)
        ):
            passage, i = following
            out.append(passage.words[i].text)
        return out if behind else out[::-1]

    def _noted(self, operation: Note | Bookmark) -> Plan:
        if operation.word is None:
            return self.editor.plan(self._line["number"], operation), None
        word, same = self._find(tuple(self._line["at"][0]))
        kind = "note" if isinstance(operation, Note) else "bookmark"
        start = self._line["at"][0][1]
        return [["note", kind, word if same else None, start, operation.text]], None

    def _speaker(self, speakers: Speakers, name: str) -> int:
        """The number of a speaker of the earlier transcript. Raises InputError."""
        label, spans = self._line["speakers"][name]
        number = (
            self.anchors.speaker(self._line["base"], label, spans)
            if spans
            else speakers.labelled(label)
        )
        if number is None:
            raise InputError(f"nobody speaks most of the time when {name} did")
        return speakers.root(number)

    def _speakers(self, operation: AnyOperation) -> Plan:
        speakers = Speakers.read(self.editor.base, self.editor.recording)
        match operation:
            case RenameSpeaker():
                return self._renamed(speakers, operation)
            case MergeSpeakers():
                one = self._speaker(speakers, operation.speaker)
                into = self._speaker(speakers, operation.into)
                if one == into:
                    return [], None  # the new clustering has them as one
                row = speakers.rows[one]
                return [["speaker", one, [*row], [*row._replace(merged_into=into)]]], None
        raise AssertionError(operation)

    def _renamed(self, speakers: Speakers, operation: RenameSpeaker) -> Plan:
        number, label = self._speaker(speakers, operation.speaker), operation.speaker
        before = self._names.get(number)
        own = self._line["speakers"][label][0]
        if before not in (None, own) and speakers.name(number) != operation.name:
            conflict = (
                f"{label} was called {operation.name}, and is one speaker with "
                f"{speakers.name(number)} now, whose name is kept"
            )
            return [], conflict
        self._names[number] = own
        return [renamed(speakers, number, operation.name.strip())], None

    def _reassigned(self, operation: Reassign) -> Plan:
        speakers = Speakers.read(self.editor.base, self.editor.recording)
        ids, _ = self._found()
        if not ids:
            return [], f"its words were said by {operation.speaker}, and are not there now"
        if operation.new:
            here = Reassign(operation.speaker, ids, new=True)
        else:
            name = speakers.name(self._speaker(speakers, operation.speaker))
            here = Reassign(name, ids)
        return self.editor.plan(self._line["number"], here), None


def anchors_of(editor: Editor, words: Sequence[Word]) -> Anchors:
    """The anchors of the present transcript, given its words before any edit."""
    query = "SELECT start_ms, end_ms, speaker FROM turn WHERE recording = ? ORDER BY number"
    return Anchors(list(words), editor.base.execute(query, (editor.recording,)).fetchall())
