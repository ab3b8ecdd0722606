"""Words found in a library, corrections included. Imports neither NumPy nor the rest of VSAT, since
`vsat search` is to answer at once.
"""

# annotations are not postponed: NamedTuple would compile each of them, at every start

import sqlite3
from bisect import bisect_left
from collections.abc import Iterator, Sequence
from itertools import groupby, islice
from typing import NamedTuple

from vsat_core.errors import InputError, nearest
from vsat_core.formats.scripts import blanks
from vsat_core.library.packing import (
    COLUMNS,
    JoinedWords,
    Row,
    StoredWords,
    runs_of,
    text_of,
)
from vsat_core.library.passages import LOOKAHEAD, RECORDING_BITS, UNKNOWN, row_id
from vsat_core.library.speakers import Speakers
from vsat_core.search.context import context
from vsat_core.search.lines import AsciiTokens, Tokens, in_pieces, tokens_of_lines
from vsat_core.search.query import Query
from vsat_core.search.tokens import expression

FEW = 64  # so many recordings are searched one by one
PASSAGE = f"SELECT {COLUMNS} FROM passage WHERE id = ?"


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


class Hit(NamedTuple):
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


class Finder:
    """One query on one library."""

    def __init__(
        self, base: sqlite3.Connection, query: Query, filters: Filters, around: int
    ) -> None:
        self.base, self.query, self.filters, self.around = base, query, filters, around
        self._pieces = in_pieces(query)
        self._wanted = frozenset(name.casefold() for name in filters.speakers)
        self._facts: dict[int, tuple[str, str, str]] = {}
        self._speakers: dict[int, Speakers] = {}
        self._numbers: dict[int, set[int]] = {}  # of the wanted speakers of a recording
        # whether a match may go on in the next passage
        several = bool(query.near) or len(query.parts) > 1
        self._beyond = several or len(query.parts[0]) > 1 or not query.parts[0][0].text.isascii()

    def hits(self) -> Iterator[Hit]:
        """Every match, passage by passage from the last."""
        for id in self._candidates():
            row = self._row(id)
            if row is not None:
                yield from self._in_passage(id, row)

    def _candidates(self) -> Iterator[int]:
        """The ids of passages that may match."""
        allowed = self._allowed()
        query = "SELECT rowid FROM passage_text WHERE passage_text MATCH ?"
        wanted = expression(self._pieces, LOOKAHEAD)
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
        names = {name for (name,) in self.base.execute("SELECT DISTINCT name FROM speaker")}
        folded = {name.casefold() for name in names}
        for name in self.filters.speakers:
            if name.casefold() not in folded:
                hint = nearest(name, names)
                raise InputError(f"--speaker: nobody is called {name!r} in this library{hint}")
        found: set[int] = set()
        for name in names:
            if name.casefold() in self._wanted:
                rows = self.base.execute("SELECT recording FROM speaker WHERE name = ?", (name,))
                found.update(one for (one,) in rows)
        return found

    def _row(self, id: int) -> Row | None:
        """The row of a passage, None if there is none or it has no word."""
        row: Row | None = self.base.execute(PASSAGE, (id,)).fetchone()
        return row if row and row[4] else None

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

    def _wanted_of(self, recording: int) -> set[int]:
        """The numbers of those in a recording who have a wanted name."""
        if recording not in self._numbers:
            who = self._who(recording)
            self._numbers[recording] = {
                number for number in who.rows if who.name(number).casefold() in self._wanted
            }
        return self._numbers[recording]

    def _in_passage(self, id: int, row: Row) -> Iterator[Hit]:
        """The matches that begin in a passage."""
        recording = id >> RECORDING_BITS
        runs = runs_of(row[4])
        if self._wanted and self._wanted_of(recording).isdisjoint(who for who, _ in runs):
            return
        text, own, rows = text_of(row), sum(n for _, n in runs), [row]
        following = self._row(id + 1) if self._beyond else None
        if following and self._goes_on(recording, runs, following):
            text, runs = f"{text}\n{text_of(following)}", runs + runs_of(following[4])
            rows.append(following)
        tokens = tokens_of_lines(text)
        matches = list(self._matches(recording, tokens, runs, own))
        if matches:
            usual = self._about(recording)[2]
            words = [StoredWords(one, usual) for one in rows]
            both = words[0] if len(words) == 1 else JoinedWords(*words)
            for line, match in matches:
                if self._fits(both, match):
                    yield self._hit(recording, both, line, match)

    def _goes_on(self, recording: int, runs: Sequence[tuple[int, int]], following: Row) -> bool:
        """Whether the last line of a passage goes on in the next one."""
        root = self._who(recording).root
        return root(runs[-1][0]) == root(int(following[4].partition("x")[0]))

    def _matches(
        self,
        recording: int,
        tokens: Tokens | AsciiTokens,
        runs: Sequence[tuple[int, int]],
        own: int,
    ) -> Iterator[tuple[range, tuple[int, ...]]]:
        """The matches that begin among the first `own` words, each with its line."""
        starts = tokens.may_have(self._pieces)
        for who, line in self._lines(recording, runs) if starts else ():
            if line.start >= own:
                break
            if bisect_left(starts, line.start) == bisect_left(starts, line.stop):
                continue
            if not self._wanted or who in self._wanted_of(recording):
                found = tokens.find(line, self._pieces)
                yield from ((line, match) for match in found if match[0] < own)

    def _lines(
        self, recording: int, runs: Sequence[tuple[int, int]]
    ) -> Iterator[tuple[int, range]]:
        """The speaker and the words of each line; runs of speakers who were merged are one."""
        root = self._who(recording).root
        begin = 0
        for who, some in groupby(runs, key=lambda run: root(run[0])):
            end = begin + sum(n for _, n in some)
            yield who, range(begin, end)
            begin = end

    def _fits(self, words: StoredWords | JoinedWords, match: Sequence[int]) -> bool:
        f = self.filters
        if f.language and not all(words.languages[i] == f.language for i in match):
            return False
        least = f.confidence * 1000
        return not least or all(words.confidence(i) >= least for i in match)

    def _hit(
        self, recording: int, words: StoredWords | JoinedWords, line: range, match: Sequence[int]
    ) -> Hit:
        file, recorded, _ = self._about(recording)
        blank = blanks(words.texts, words.languages)
        sure = min(map(words.confidence, match))
        spans = list(map(words.span, match))
        return Hit(
            recording,
            file,
            recorded,
            min(start for start, _ in spans) / 1000,
            max(end for _, end in spans) / 1000,
            self._who(recording).name(words.speaker(match[0])),
            " ".join(words.texts[i] for i in match),
            context(words.texts, blank, line, match, self.around),
            None if sure == UNKNOWN else sure / 1000,
            tuple(words.ids[i] for i in match),
        )
