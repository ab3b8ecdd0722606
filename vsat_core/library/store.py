"""The passages of one recording, read when they are needed and written back together."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator, Sequence

import attrs

from vsat_core.library.damage import Damaged
from vsat_core.library.packing import COLUMNS, pack, unpack
from vsat_core.library.passages import LOOKAHEAD, Passage, Word, row_id

MADE = 1 << 32  # ids of words that edits made begin here


class Unknown(LookupError):
    """There is no such word."""


@attrs.define
class PassageStore:
    """Reads and changes words within a transaction of the caller. `flush` writes what changed."""

    base: sqlite3.Connection
    recording: int
    language: str
    _passages: dict[int, Passage] = attrs.field(factory=dict)
    _before: dict[int, list[Word]] = attrs.field(factory=dict)  # of changed passages, as stored

    def passage(self, place: int) -> Passage | None:
        """The passage at this place, None behind the last."""
        if place not in self._passages:
            where = (row_id(self.recording, place),)
            row = self.base.execute(f"SELECT {COLUMNS} FROM passage WHERE id = ?", where).fetchone()
            if row is None:
                return None
            self._passages[place] = unpack(row, self.language)
        return self._passages[place]

    def holding(self, word: int) -> tuple[Passage, int]:
        """The passage of a word, and its index there. Raises Unknown, also for a word that was
        deleted.
        """
        if word >= MADE:
            query = "SELECT place FROM made_word WHERE recording = ? AND word = ?"
        else:
            query = (
                "SELECT id & 0xFFFFF FROM passage WHERE recording = ? AND first <= ? "
                "ORDER BY first DESC LIMIT 1"
            )
        row = self.base.execute(query, (self.recording, word)).fetchone()
        passage = self.passage(row[0]) if row else None
        for i, one in enumerate(passage.words if passage else ()):
            if one.id == word and passage:
                return passage, i
        raise Unknown(word)

    def all(self) -> Iterator[Passage]:
        """Every passage in order."""
        place = 0
        while passage := self.passage(place):
            yield passage
            place += 1

    def neighbour(self, place: int, index: int, step: int) -> tuple[Passage, int] | None:
        """The place of the next word (step 1) or the one before (-1), over passages that may be
        empty; None at the ends.
        """
        passage = self.passage(place)
        index += step
        while passage and not 0 <= index < len(passage.words):
            place += step
            passage = self.passage(place) if place >= 0 else None
            index = 0 if step > 0 or not passage else len(passage.words) - 1
        return (passage, index) if passage else None

    def splice(self, place: int, at: int, old: Sequence[Word], new: Sequence[Word]) -> None:
        """Put `new` in the place of `old`. Raises Damaged if other words are there."""
        passage = self.passage(place)
        if passage is None or passage.words[at : at + len(old)] != list(old):
            raise Damaged(f"passage {place} does not hold the words of an edit")
        self._before.setdefault(place, list(passage.words))
        passage.words[at : at + len(old)] = new
        gone = [(self.recording, w.id) for w in old if w.id >= MADE]
        come = [(self.recording, w.id, place) for w in new if w.id >= MADE]
        self.base.executemany("DELETE FROM made_word WHERE recording = ? AND word = ?", gone)
        self.base.executemany("INSERT INTO made_word VALUES (?, ?, ?)", come)

    def flush(self) -> None:
        """Write changed passages, and index them again together with those before them, which hold
        their first words.
        """
        changed = {p for p, words in self._before.items() if words != self._passages[p].words}
        heads = {p for p in changed if self._before[p][:LOOKAHEAD] != self._now(p)[:LOOKAHEAD]}
        for place in sorted(changed | {p - 1 for p in heads if p}):
            self._index_again(place)
        for place in changed:
            passage = self._passages[place]
            self.base.execute(
                "UPDATE passage SET start_ms = ?, end_ms = ?, texts = ?, numbers = ?, "
                "speakers = ?, extra = ? WHERE id = ?",
                (*pack(passage, self.language), row_id(self.recording, place)),
            )
        self._before.clear()

    def _index_again(self, place: int) -> None:
        then = Passage(place, 0, self._then(place)).tokens(self._then(place + 1))
        now = Passage(place, 0, self._now(place)).tokens(self._now(place + 1))
        if then == now:
            return
        row = row_id(self.recording, place)
        self.base.execute(
            "INSERT INTO passage_text(passage_text, rowid, token) VALUES ('delete', ?, ?)",
            (row, then),
        )
        self.base.execute("INSERT INTO passage_text(rowid, token) VALUES (?, ?)", (row, now))

    def _now(self, place: int) -> list[Word]:
        passage = self.passage(place)
        return passage.words if passage else []

    def _then(self, place: int) -> list[Word]:
        return self._before.get(place, self._now(place))
