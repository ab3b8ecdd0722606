"""Words found in a library, corrections included. Imports neither NumPy nor the rest of VSAT, since
`vsat search` is to answer at once.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator, Sequence
from itertools import groupby, islice

import attrs

from vsat_core.errors import InputError, nearest
from vsat_core.formats.scripts import blanks
from vsat_core.library.passages import LOOKAHEAD, UNKNOWN, Passage, Word, row_id, unpack
from vsat_core.library.schema import RECORDING_BITS
from vsat_core.library.speakers import Speakers
from vsat_core.search.context import context
from vsat_core.search.lines import words_in_line
from vsat_core.search.query import Near, Query
from vsat_core.search.tokens import expression, pieces_of

FEW = 64  # so many recordings are searched one by one
PASSAGE = "SELECT id & 0xFFFFF, first, texts, numbers, speakers, extra FROM passage WHERE id = ?"


@attrs.frozen
class Filters:
    """What a match must be like besides its words; what is empty or None allows everything.

    `after` and `before` are times in UTC as the library has them, or the beginning of such;
    `confidence` is the least of all words found, 0 to 1, and lets words pass whose confidence is
    not known only if it is 0.
    """

    speakers: tuple[str, ...] = ()
    after: str = ""
    before: str = ""
    language: str = ""
    confidence: float = 0.0
    recordings: tuple[int, ...] | None = None


@attrs.frozen
class Hit:
    """A match: in which recording, from when to when (seconds), by whom, and the words around.
    `confidence` is the least of its words, None where one has none.
    """

    recording: int
    file: str
    recorded: str
    start_s: float
    end_s: float
    speaker: str
    text: str
    context: str
    confidence: float | None
    words: tuple[int, ...]  # ids


def search(
    base: sqlite3.Connection,
    query: Query,
    filters: Filters | None = None,
    limit: int = 0,
    around: int = 5,
) -> list[Hit]:
    """The matches: of the recordings that came in last first, and in order of time within one; at
    most `limit`, 0 for all.

    All parts of a query must be in one line; a line of more than 256 words counts as several.
    Raises InputError for a speaker that no recording has.
    """
    finder = Finder(base, query, filters or Filters(), around)
    found = list(islice(finder.hits(), limit or None))
    place = {one: k for k, one in enumerate(dict.fromkeys(hit.recording for hit in found))}
    return sorted(found, key=lambda hit: (place[hit.recording], hit.start_s))


@attrs.define
class Finder:
    """One query on one library."""

    base: sqlite3.Connection
    query: Query
    filters: Filters
    around: int
    _facts: dict[int, tuple[str, str, str]] = attrs.field(factory=dict)
    _speakers: dict[int, Speakers] = attrs.field(factory=dict)

    def hits(self) -> Iterator[Hit]:
        """Every match, passage by passage from the last."""
        several = bool(self.query.near) or len(self.query.parts) > 1
        beyond = (
            several or len(self.query.parts[0]) > 1 or not self.query.parts[0][0].text.isascii()
        )
        for id in self._candidates():
            recording = id >> RECORDING_BITS
            passage = self._passage(id)
            if passage is None or not self._may_have(recording, passage):
                continue
            following = self._passage(id + 1) if beyond else None
            yield from self._matches(recording, passage, following)

    def _candidates(self) -> Iterator[int]:
        """The ids of passages that may match."""
        allowed = self._allowed()
        query = "SELECT rowid FROM passage_text WHERE passage_text MATCH ?"
        pieces = Query(
            tuple(pieces_of(part) for part in self.query.parts),
            tuple(Near(tuple(map(pieces_of, n.parts)), n.distance) for n in self.query.near),
        )
        wanted = expression(pieces, LOOKAHEAD)
        if allowed is not None and len(allowed) <= FEW:
            query += " AND rowid BETWEEN ? AND ? ORDER BY rowid DESC"
            for one in sorted(allowed, reverse=True):
                ends = (row_id(one, 0), row_id(one + 1, 0) - 1)
                yield from (id for (id,) in self.base.execute(query, (wanted, *ends)))
            return
        for (id,) in self.base.execute(f"{query} ORDER BY rowid DESC", (wanted,)):
            if allowed is None or id >> RECORDING_BITS in allowed:
                yield id

    def _allowed(self) -> set[int] | None:
        """The recordings that the filters allow; None for all."""
        f = self.filters
        found = None if f.recordings is None else set(f.recordings)
        conditions, values = [], []
        for condition, value in (
            ("recorded >= ?", f.after),
            ("recorded < ?", f.before),
            ("' ' || languages || ' ' LIKE '% ' || ? || ' %'", f.language),
        ):
            if value:
                conditions.append(condition)
                values.append(value)
        if conditions:
            rows = self.base.execute(
                f"SELECT id FROM recording WHERE {' AND '.join(conditions)}", values
            )
            ids = {id for (id,) in rows}
            found = ids if found is None else found & ids
        if f.speakers:
            ids = self._with_speakers()
            found = ids if found is None else found & ids
        return found

    def _with_speakers(self) -> set[int]:
        wanted = [name.casefold() for name in self.filters.speakers]
        rows = self.base.execute("SELECT DISTINCT recording, name FROM speaker").fetchall()
        found = {one for one, name in rows if name.casefold() in wanted}
        names = {name.casefold() for _, name in rows}
        for name, folded in zip(self.filters.speakers, wanted, strict=True):
            if folded not in names:
                hint = nearest(name, {name for _, name in rows})
                raise InputError(f"--speaker: nobody is called {name!r} in this library{hint}")
        return found

    def _passage(self, id: int) -> Passage | None:
        row = self.base.execute(PASSAGE, (id,)).fetchone()
        return unpack(row, self._about(id >> RECORDING_BITS)[2]) if row else None

    def _about(self, recording: int) -> tuple[str, str, str]:
        """File, time of recording, language."""
        if recording not in self._facts:
            query = "SELECT file, recorded, language FROM recording WHERE id = ?"
            self._facts[recording] = self.base.execute(query, (recording,)).fetchone()
        return self._facts[recording]

    def _who(self, recording: int) -> Speakers:
        if recording not in self._speakers:
            self._speakers[recording] = Speakers.read(self.base, recording)
        return self._speakers[recording]

    def _may_have(self, recording: int, passage: Passage) -> bool:
        """Whether a wanted speaker says anything in a passage."""
        if not self.filters.speakers:
            return True
        said = {word.speaker for word in passage.words}
        return any(self._is_wanted(recording, who) for who in said)

    def _is_wanted(self, recording: int, speaker: int) -> bool:
        name = self._who(recording).name(speaker).casefold()
        return name in (wanted.casefold() for wanted in self.filters.speakers)

    def _matches(
        self, recording: int, passage: Passage, following: Passage | None
    ) -> Iterator[Hit]:
        own = len(passage.words)
        words = [*passage.words, *(following.words[:LOOKAHEAD] if following else ())]
        root = self._who(recording).root
        begin = 0
        for _, run in groupby(words, key=lambda w: root(w.speaker)):
            line = range(begin, begin + len(list(run)))
            begin = line.stop
            if line.start >= own:
                break
            if self.filters.speakers and not self._is_wanted(recording, words[line.start].speaker):
                continue
            for match in words_in_line([words[i].text for i in line], self.query):
                places = [line.start + k for k in match]
                if places[0] < own and self._fits([words[i] for i in places]):
                    yield self._hit(recording, words, line, places)

    def _fits(self, found: Sequence[Word]) -> bool:
        f = self.filters
        if f.language and not all(w.language == f.language for w in found):
            return False
        return all(w.confidence >= f.confidence * 1000 for w in found) if f.confidence else True

    def _hit(
        self, recording: int, words: Sequence[Word], line: range, places: Sequence[int]
    ) -> Hit:
        file, recorded, _ = self._about(recording)
        found = [words[i] for i in places]
        texts = [w.text for w in words]
        blank = blanks(texts, [w.language for w in words])
        sure = min(w.confidence for w in found)
        return Hit(
            recording,
            file,
            recorded,
            min(w.start_ms for w in found) / 1000,
            max(w.end_ms for w in found) / 1000,
            self._who(recording).name(found[0].speaker),
            " ".join(w.text for w in found),
            context(texts, blank, line, places, self.around),
            None if sure == UNKNOWN else sure / 1000,
            tuple(w.id for w in found),
        )
