"""Words found in a library, corrections included. Imports neither NumPy nor the rest of VSAT, since
`vsat search` is to answer at once.
"""

from __future__ import annotations

import sqlite3
from bisect import bisect_left
from collections.abc import Iterator, Sequence
from itertools import groupby, islice

import attrs

from vsat_core.errors import InputError, nearest
from vsat_core.formats.scripts import blanks
from vsat_core.library.passages import LOOKAHEAD, UNKNOWN, Columns, Row, columns, row_id
from vsat_core.library.schema import RECORDING_BITS
from vsat_core.library.speakers import Speakers
from vsat_core.search.context import context
from vsat_core.search.lines import Tokens, in_pieces
from vsat_core.search.query import Query
from vsat_core.search.tokens import expression

FEW = 64  # so many recordings are searched one by one
PASSAGE = "SELECT id & 0xFFFFF, first, words, speakers, extra FROM passage WHERE id = ?"


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
    _pieces: Query = attrs.field(init=False)
    _wanted: frozenset[str] = attrs.field(init=False)  # names of speakers, case folded
    _facts: dict[int, tuple[str, str, str]] = attrs.field(factory=dict)
    _speakers: dict[int, Speakers] = attrs.field(factory=dict)

    def __attrs_post_init__(self) -> None:
        self._pieces = in_pieces(self.query)
        self._wanted = frozenset(name.casefold() for name in self.filters.speakers)

    def hits(self) -> Iterator[Hit]:
        """Every match, passage by passage from the last."""
        several = bool(self.query.near) or len(self.query.parts) > 1
        beyond = (
            several or len(self.query.parts[0]) > 1 or not self.query.parts[0][0].text.isascii()
        )
        for id in self._candidates():
            recording = id >> RECORDING_BITS
            row = self._row(id)
            if row is None or not self._may_have(recording, row):
                continue
            usual = self._about(recording)[2]
            words = columns(row, usual)
            own = len(words.texts)
            following = self._row(id + 1) if beyond else None
            if following:
                words = _together(words, columns(following, usual))
            yield from self._matches(recording, words, own)

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
        return row if row and row[3] else None

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

    def _may_have(self, recording: int, row: Row) -> bool:
        """Whether a wanted speaker says anything in a passage."""
        if not self._wanted:
            return True
        runs = {run.split("x")[0] for run in row[3].split()}
        return any(self._is_wanted(recording, int(who)) for who in runs)

    def _is_wanted(self, recording: int, speaker: int) -> bool:
        return self._who(recording).name(speaker).casefold() in self._wanted

    def _matches(self, recording: int, words: Columns, own: int) -> Iterator[Hit]:
        """The matches that begin among the first `own` words."""
        tokens = Tokens.of(words.texts)
        starts = tokens.may_have(self._pieces)
        if not starts:
            return
        root = self._who(recording).root
        roots = {who: root(who) for who in set(words.speakers)}
        begin = 0
        for who, run in groupby(words.speakers, key=roots.__getitem__):
            line = range(begin, begin + len(list(run)))
            begin = line.stop
            if line.start >= own:
                break
            if bisect_left(starts, line.start) == bisect_left(starts, line.stop):
                continue
            if self._wanted and not self._is_wanted(recording, who):
                continue
            for match in tokens.find(line, self._pieces):
                if match[0] < own and self._fits(words, match):
                    yield self._hit(recording, words, line, match)

    def _fits(self, words: Columns, match: Sequence[int]) -> bool:
        f = self.filters
        if f.language and not all(words.languages[i] == f.language for i in match):
            return False
        least = f.confidence * 1000
        return not least or all(words.confidences[i] >= least for i in match)

    def _hit(self, recording: int, words: Columns, line: range, match: Sequence[int]) -> Hit:
        file, recorded, _ = self._about(recording)
        blank = blanks(words.texts, words.languages)
        sure = min(words.confidences[i] for i in match)
        return Hit(
            recording,
            file,
            recorded,
            min(words.starts[i] for i in match) / 1000,
            max(words.ends[i] for i in match) / 1000,
            self._who(recording).name(words.speakers[match[0]]),
            " ".join(words.texts[i] for i in match),
            context(words.texts, blank, line, match, self.around),
            None if sure == UNKNOWN else sure / 1000,
            tuple(words.ids[i] for i in match),
        )


def _together(words: Columns, following: Columns) -> Columns:
    """The words of a passage and the first of the next, as far as they are indexed together."""
    return Columns(
        [*words.ids, *following.ids[:LOOKAHEAD]],
        words.texts + following.texts[:LOOKAHEAD],
        words.starts + following.starts[:LOOKAHEAD],
        words.ends + following.ends[:LOOKAHEAD],
        words.speakers + following.speakers[:LOOKAHEAD],
        [*words.confidences, *following.confidences[:LOOKAHEAD]],
        words.languages + following.languages[:LOOKAHEAD],
        words.edited + following.edited[:LOOKAHEAD],
    )
