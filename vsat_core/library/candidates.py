"""Which passages of a library may have a match of a query: none that has one is left out."""

# annotations are not postponed: NamedTuple would compile each of them, at every start

import sqlite3
from collections.abc import Callable, Iterator
from heapq import merge
from itertools import islice
from typing import NamedTuple

from vsat_core.errors import InputError, nearest
from vsat_core.library.passages import LOOKAHEAD, RECORDING_BITS, row_id
from vsat_core.library.speakers import Speakers
from vsat_core.search.query import Query
from vsat_core.search.tokens import expression

FEW = 64  # so many recordings are searched one by one
RARE = 200  # a part of a query that so many passages have is not counted further


class Filters(NamedTuple):
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


class Candidates:
    """The passages for one query, `pieces` (see in_pieces); `who` gives the speakers of a
    recording.
    """

    def __init__(
        self,
        base: sqlite3.Connection,
        pieces: Query,
        filters: Filters,
        who: Callable[[int], Speakers],
    ) -> None:
        self._base, self._pieces, self._filters, self._who = base, pieces, filters, who
        self._goes_on_known: dict[int, bool] = {}

    def __iter__(self) -> Iterator[range]:
        """Ids of passages that are looked at together, the last first: one, or where a query has
        several parts, all over which a line goes.
        """
        allowed = self._allowed()
        here = self._matching(expression(self._pieces, LOOKAHEAD), allowed)
        if len(self._pieces.parts) + len(self._pieces.near) == 1:
            yield from (range(id, id + 1) for id in here)
            return
        parts = self._parts()
        rarest = self._matching(min(parts, key=lambda part: self._number(part, allowed)), allowed)
        begin = None  # of what was given last
        found = merge(((id, True) for id in here), ((id, False) for id in rarest), reverse=True)
        for id, has_all in found:
            if begin is not None and id >= begin:
                continue
            passages = self._passages_of_line(id)
            if has_all or (len(passages) > 1 and self._has_all(passages, parts)):
                yield passages
            if has_all or len(passages) > 1:
                begin = passages.start

    def _parts(self) -> list[str]:
        """Each part of the query as an expression of its own."""
        parts = [Query((part,)) for part in self._pieces.parts]
        parts += [Query((), (near,)) for near in self._pieces.near]
        return [expression(part, LOOKAHEAD) for part in parts]

    def _number(self, part: str, allowed: set[int] | None) -> int:
        """Of passages that have a part, at most RARE."""
        return sum(1 for _ in islice(self._matching(part, allowed), RARE))

    def _has_all(self, passages: range, parts: list[str]) -> bool:
        """Whether every part is in some of these passages."""
        where = "passage_text MATCH ? AND rowid BETWEEN ? AND ?"
        query = f"SELECT 1 FROM passage_text WHERE {where} LIMIT 1"
        ends = passages.start, passages.stop - 1
        return all(self._base.execute(query, (part, *ends)).fetchone() for part in parts)

    def _passages_of_line(self, id: int) -> range:
        """The passages that are joined to one by lines that go over their ends."""
        first = last = id
        while self.goes_on(first - 1):
            first -= 1
        while self.goes_on(last):
            last += 1
        return range(first, last + 1)

    def goes_on(self, id: int) -> bool:
        """Whether the last line of a passage goes on in the next one."""
        if id not in self._goes_on_known:
            query = "SELECT speakers FROM passage WHERE id BETWEEN ? AND ? ORDER BY id"
            rows = self._base.execute(query, (id, id + 1)).fetchall()
            known = len(rows) == 2 and all(runs for (runs,) in rows)
            if known:
                last, first = rows[0][0].rpartition(" ")[2], rows[1][0]
                root = self._who(id >> RECORDING_BITS).root
                known = root(int(last.partition("x")[0])) == root(int(first.partition("x")[0]))
            self._goes_on_known[id] = known
        return self._goes_on_known[id]

    def _matching(self, wanted: str, allowed: set[int] | None) -> Iterator[int]:
        """The ids of passages of the allowed recordings that have an expression, the last first."""
        query = "SELECT rowid FROM passage_text WHERE passage_text MATCH ?"
        if allowed is not None and len(allowed) <= FEW:
            query += " AND rowid BETWEEN ? AND ? ORDER BY rowid DESC"
            for one in sorted(allowed, reverse=True):
                ends = (row_id(one, 0), row_id(one + 1, 0) - 1)
                yield from (id for (id,) in self._base.execute(query, (wanted, *ends)))
            return
        for (id,) in self._base.execute(f"{query} ORDER BY rowid DESC", (wanted,)):
            if allowed is None or id >> RECORDING_BITS in allowed:
                yield id

    def _allowed(self) -> set[int] | None:
        """The recordings that the filters allow; None for all."""
        f = self._filters
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
            rows = self._base.execute(
                f"SELECT id FROM recording WHERE {' AND '.join(conditions)}", values
            )
            ids = {id for (id,) in rows}
            found = ids if found is None else found & ids
        if f.speakers:
            ids = self._with_speakers()
            found = ids if found is None else found & ids
        return found

    def _with_speakers(self) -> set[int]:
        wanted = {name.casefold() for name in self._filters.speakers}
        names = {name for (name,) in self._base.execute("SELECT DISTINCT name FROM speaker")}
        folded = {name.casefold() for name in names}
        for name in self._filters.speakers:
            if name.casefold() not in folded:
                hint = nearest(name, names)
                raise InputError(f"--speaker: nobody is called {name!r} in this library{hint}")
        found: set[int] = set()
        for name in names:
            if name.casefold() in wanted:
                rows = self._base.execute("SELECT recording FROM speaker WHERE name = ?", (name,))
                found.update(one for (one,) in rows)
        return found
