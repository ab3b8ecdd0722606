"""Corrections in memory: every operation is a list of exchanges of words in a row, which undo turns
round.
"""

from __future__ import annotations

from typing import Any

import attrs

from tools.page_stand_in.recordings import Recording, Word

COLUMNS = [field.name for field in attrs.fields(Word)]


class Refusal(Exception):
    """The page is answered with this status and line."""

    def __init__(self, status: int, line: str) -> None:
        super().__init__(line)
        self.status = status


@attrs.define
class Step:
    """What one batch of operations did."""

    exchanges: list[tuple[int, list[Word], list[Word]]] = attrs.Factory(list)  # at, before, after
    speakers: tuple[list[Any], list[Any]] = ([], [])
    notes: tuple[list[Any], list[Any]] = ([], [])


class EditLog:
    """A recording with its corrections; each batch, undo or redo is a revision."""

    def __init__(self, recording: Recording) -> None:
        self.recording = recording
        self.words = list(recording.words)
        self.speakers = [dict(s) for s in recording.speakers]
        self.notes: list[dict[str, Any]] = []
        self.done: list[Step] = []
        self.undone: list[Step] = []
        self.revision = 0
        self.answers: list[dict[str, Any]] = []  # by revision - 1
        self.batches: dict[str, dict[str, Any]] = {}
        self._made = 0

    def edit(self, revision: int, operations: list[dict[str, Any]], batch: str) -> dict[str, Any]:
        """Apply a batch; the answer of POST edits."""
        if batch in self.batches:
            return self.batches[batch]
        self._same(revision)
        before = [dict(s) for s in self.speakers], list(self.notes)
        step = Step()
        created = [self._apply(operation, step) for operation in operations]
        step.speakers = (before[0], [dict(s) for s in self.speakers])
        step.notes = (before[1], list(self.notes))
        self.done.append(step)
        self.undone.clear()
        answer = self._answer([(at, old, new) for at, old, new in step.exchanges])
        self.batches[batch] = answer | {"created": created}
        return self.batches[batch]

    def undo(self, revision: int) -> dict[str, Any]:
        """Take the last batch back."""
        self._same(revision)
        if not self.done:
            raise Refusal(422, "there is nothing to undo")
        step = self.done.pop()
        self.undone.append(step)
        back = [(at, new, old) for at, old, new in reversed(step.exchanges)]
        return self._exchanged(back, step.speakers[0], step.notes[0])

    def redo(self, revision: int) -> dict[str, Any]:
        """Do the last batch again that was taken back."""
        self._same(revision)
        if not self.undone:
            raise Refusal(422, "there is nothing to redo")
        step = self.undone.pop()
        self.done.append(step)
        return self._exchanged(step.exchanges, step.speakers[1], step.notes[1])

    def since(self, revision: int) -> dict[str, Any]:
        """What changed after a revision, as one answer."""
        answers = self.answers[revision:]
        ids = dict.fromkeys(i for a in answers for i in a["words"].get("id", []))
        removed = dict.fromkeys(i for a in answers for i in a["removed"])
        present = {w.id for w in self.words}
        places = [i for i, w in enumerate(self.words) if w.id in ids]
        return self._state() | {
            "words": self._columns(places),
            "removed": [i for i in [*removed, *ids] if i not in present],
            "paragraphs": self.paragraphs(),
        }

    def transcript(self) -> dict[str, Any]:
        """The answer of GET transcript."""
        words = {name: [getattr(w, name) for w in self.words] for name in COLUMNS}
        return self._state() | {
            "id": self.recording.id,
            "seconds": self.recording.seconds,
            "language": "en",
            "words": words,
            "paragraphs": self.paragraphs(),
            "unclear": self.recording.unclear,
        }

    def paragraphs(self) -> list[int]:
        """Where a new speaker begins."""
        speakers = [w.speaker for w in self.words]
        return [i for i, s in enumerate(speakers) if i == 0 or s != speakers[i - 1]]

    def turns(self) -> list[dict[str, Any]]:
        """Those of the recording; where words have another speaker now, by the words."""
        changed = {w.id: w.speaker for w in self.recording.words}
        moved = [w for w in self.words if changed.get(w.id, w.speaker) != w.speaker]
        turns = [dict(t) for t in self.recording.turns]
        return turns + [{"start": w.start, "end": w.end, "speaker": w.speaker} for w in moved]

    def _same(self, revision: int) -> None:
        if revision != self.revision:
            raise Refusal(409, "the transcript was changed by another tab")

    def _state(self) -> dict[str, Any]:
        return {
            "revision": self.revision,
            "speakers": self.speakers,
            "notes": self.notes,
            "can_undo": bool(self.done),
            "can_redo": bool(self.undone),
        }

    def _columns(self, places: list[int]) -> dict[str, list[Any]]:
        columns = {name: [getattr(self.words[i], name) for i in places] for name in COLUMNS}
        return columns | {"after": [self.words[i - 1].id if i else None for i in places]}

    def _answer(self, exchanges: list[tuple[int, list[Word], list[Word]]]) -> dict[str, Any]:
        ids = {w.id for _, _, new in exchanges for w in new}
        gone = dict.fromkeys(w.id for _, old, _ in exchanges for w in old)
        present = {w.id for w in self.words} if gone else set()
        places = [i for i, w in enumerate(self.words) if w.id in ids] if ids else []
        self.revision += 1
        answer = self._state() | {
            "words": self._columns(places),
            "removed": [i for i in gone if i not in present],
            "paragraphs": self.paragraphs(),
        }
        self.answers.append(answer)
        return answer

    def _exchanged(
        self, exchanges: list[Any], speakers: list[Any], notes: list[Any]
    ) -> dict[str, Any]:
        for at, old, new in exchanges:
            self.words[at : at + len(old)] = new
        self.speakers, self.notes = [dict(s) for s in speakers], list(notes)
        touched = next((w.id for _, _, new in exchanges for w in new), None)
        return self._answer(exchanges) | {"touched": touched}

    def _exchange(self, step: Step, at: int, count: int, new: list[Word]) -> None:
        step.exchanges.append((at, self.words[at : at + count], new))
        self.words[at : at + count] = new

    def _at(self, word: str) -> int:
        for i, other in enumerate(self.words):
            if other.id == word:
                return i
        raise Refusal(422, f"there is no word {word!r}")

    def _apply(self, operation: dict[str, Any], step: Step) -> list[str]:
        name = operation["op"]
        method = getattr(self, f"_op_{name}", None)
        if method is None:
            raise Refusal(422, f"unknown operation {name!r}")
        return method(step, **{k: v for k, v in operation.items() if k != "op"}) or []

    def _new_id(self) -> str:
        self._made += 1
        return f"n{self._made}"

    def _op_replace(self, step: Step, word: str, text: str) -> None:
        at = self._at(word)
        self._exchange(step, at, 1, [attrs.evolve(self.words[at], text=text, edited=True)])

    def _op_insert(self, step: Step, after: str | None, text: str) -> list[str]:
        at = 0 if after is None else self._at(after) + 1
        like = self.words[max(0, at - 1)]
        new = [
            attrs.evolve(
                like, id=self._new_id(), text=t, start=like.end, edited=True, confidence=None
            )
            for t in text.split()
        ]
        self._exchange(step, at, 0, new)
        return [w.id for w in new]

    def _op_delete(self, step: Step, words: list[str]) -> None:
        for at in sorted((self._at(w) for w in words), reverse=True):
            self._exchange(step, at, 1, [])

    def _op_split(self, step: Step, word: str, at: int) -> list[str]:
        i = self._at(word)
        old = self.words[i]
        middle = old.start + (old.end - old.start) * at / len(old.text)
        first = attrs.evolve(old, text=old.text[:at], end=middle, edited=True)
        second = attrs.evolve(
            first, id=self._new_id(), text=old.text[at:], start=middle, end=old.end
        )
        self._exchange(step, i, 1, [first, second])
        return [second.id]

    def _op_merge(self, step: Step, words: list[str]) -> None:
        at = self._at(words[0])
        old = self.words[at : at + len(words)]
        text = "".join(w.text for w in old)
        joined = attrs.evolve(old[0], text=text, end=old[-1].end, edited=True)
        self._exchange(step, at, len(old), [joined])

    def _op_reassign(self, step: Step, words: list[str], speaker: str | None) -> None:
        ids = [s["id"] for s in self.speakers]
        if speaker is None:
            n = len(ids)
            new = {"id": f"s{n}", "name": f"Speaker {n + 1}", "seconds": 0.0, "colour_index": n}
            self.speakers = [*self.speakers, new]
            ids.append(new["id"])
            speaker = new["id"]
        to = ids.index(speaker)
        for word in words:
            at = self._at(word)
            self._exchange(step, at, 1, [attrs.evolve(self.words[at], speaker=to)])

    def _op_rename_speaker(self, step: Step, speaker: str, name: str) -> None:
        self.speakers = [s | {"name": name} if s["id"] == speaker else s for s in self.speakers]

    def _op_merge_speakers(self, step: Step, speakers: list[str]) -> None:
        ids = [s["id"] for s in self.speakers]
        old, to = ids.index(speakers[0]), ids.index(speakers[1])
        at = [i for i, w in enumerate(self.words) if w.speaker == old]
        for i in at:
            self._exchange(step, i, 1, [attrs.evolve(self.words[i], speaker=to)])

    def _op_note(self, step: Step, start: float, text: str, kind: str = "note") -> None:
        note = {"id": self._new_id(), "start": start, "text": text, "kind": kind}
        self.notes = sorted([*self.notes, note], key=lambda n: n["start"])

    def _op_bookmark(self, step: Step, start: float, text: str) -> None:
        self._op_note(step, start, text, "bookmark")

    def _op_remove_note(self, step: Step, note: str) -> None:
        self.notes = [n for n in self.notes if n["id"] != note]
