"""Words found in a library, corrections included. Imports neither NumPy nor the rest of VSAT, since
`vsat search` is to answer at once.
"""

# annotations are not postponed: NamedTuple would compile each of them, at every start

import sqlite3
from bisect import bisect_left
from collections.abc import Iterator, Sequence
from itertools import chain, groupby, islice
from typing import NamedTuple

from vsat_core.formats.scripts import blanks
from vsat_core.library.candidates import Candidates, Filters
from vsat_core.library.damage import Damaged
from vsat_core.library.packing import (
    COLUMNS,
    JoinedWords,
    Row,
    StoredWords,
    joined,
    runs_of,
    text_of,
)
from vsat_core.library.passages import RECORDING_BITS, UNKNOWN
from vsat_core.library.speakers import Speakers
from vsat_core.search.context import context
from vsat_core.search.lines import AsciiTokens, Tokens, in_pieces, tokens_of_lines
from vsat_core.search.query import Query

PASSAGE = f"SELECT {COLUMNS} FROM passage WHERE id = ?"


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

    All parts of a query must be in one line. Raises InputError for a speaker that no recording has.
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
        self._candidates = Candidates(base, self._pieces, filters, self._who)
        # whether a match may go on in the next passage
        several = bool(query.near) or len(query.parts) > 1
        self._beyond = several or len(query.parts[0]) > 1 or not query.parts[0][0].text.isascii()

    def hits(self) -> Iterator[Hit]:
        """Every match, passage by passage from the last."""
        for ids in self._candidates:
            more = self._beyond and self._candidates.goes_on(ids[-1])
            rows = [self._row(id) for id in range(ids.start, ids.stop + more)]
            found = [row for row in rows if row]
            if found:
                yield from self._in_passages(ids.start >> RECORDING_BITS, found, more)

    def _row(self, id: int) -> Row | None:
        """The row of a passage, None if there is none or it has no word."""
        row: Row | None = self.base.execute(PASSAGE, (id,)).fetchone()
        return row if row and row[4] else None

    def _about(self, recording: int) -> tuple[str, str, str]:
        """File, time of recording, language."""
        if recording not in self._facts:
            query = "SELECT file, recorded, language FROM recording WHERE id = ?"
            match self.base.execute(query, (recording,)).fetchone():
                case (str(file), str(recorded), str(language)):
                    self._facts[recording] = file, recorded, language
                case _:
                    raise Damaged(f"recording {recording} lacks what is known of it")
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

    def _in_passages(self, recording: int, rows: Sequence[Row], more: bool) -> Iterator[Hit]:
        """The matches in passages that follow each other; with `more` those alone that begin before
        the last.
        """
        each = [runs_of(row[4]) for row in rows]
        runs = list(chain.from_iterable(each))
        if self._wanted and self._wanted_of(recording).isdisjoint(who for who, _ in runs):
            return
        own = sum(n for some in each[: len(each) - more] for _, n in some)
        texts = [text_of(row) for row in rows]
        tokens = tokens_of_lines("\n".join(texts))
        matches = list(self._matches(recording, tokens, runs, own))
        if matches:
            usual = self._about(recording)[2]
            facts = zip(rows, texts, each, strict=True)
            words = joined([StoredWords(*own_facts, usual) for own_facts in facts])
            for line, match in matches:
                if self._fits(words, match):
                    yield self._hit(recording, words, line, match)

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
            here = starts[bisect_left(starts, line.start) : bisect_left(starts, line.stop)]
            if here and (not self._wanted or who in self._wanted_of(recording)):
                # a word alone is found already
                found = tokens.find(line, self._pieces) if self._beyond else [(i,) for i in here]
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
