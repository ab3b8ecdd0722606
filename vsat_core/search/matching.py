"""Where a query matches in a word index: the same places from any kind of index.

Everything is arrays of word numbers, and the rarest word leads: a query costs by its rarest word
and not by the size of the index.
"""

from bisect import bisect_left
from typing import Any

import attrs
import numpy as np

from vsat_core.artifacts import TextColumn, WordIndex
from vsat_core.search import fts5 as fulltext
from vsat_core.search.query import Query, Term

END = np.iinfo(np.int64).max
BLOCK = 1 << 20  # tokens read at a time by a scan


@attrs.frozen
class Match:
    """A place where all parts of a query occur: the line's number, and the words found, by rising
    number.
    """

    line: int
    words: tuple[int, ...]


class Searcher:
    """An index opened for any number of queries."""

    def __init__(self, index: WordIndex) -> None:
        self.index = index
        self.begins = index.line if len(index.line) else np.zeros(1, np.int64)
        self._base = fulltext.opened(index.database) if len(index.database) else None

    def find(self, query: Query) -> list[Match]:
        """Every shortest stretch of words, within one line, that holds all parts of the query; in
        order.

        A query of one part thus finds each occurrence. Shortest stretches are those of Clarke,
        Cormack and Burkowski 1995, "An algebra for structured text search": no other match lies
        inside.
        """
        among = None
        if self._base is not None:
            lines = fulltext.candidates(self._base, query)
            last = np.minimum(self._ends(lines), len(self.index.token))
            among = _ranges(self.begins[lines], last)
        parts = [self._occurrences(part, among) for part in query.parts]
        sizes = tuple(len(part) for part in query.parts)
        starts = (
            parts[0][:, None]
            if len(parts) == 1
            else _stretches(self._in_common_lines(parts), sizes, self.begins)
        )
        lines = np.searchsorted(self.begins, starts[:, 0], "right") - 1
        matches = []
        for line, row in zip(lines.tolist(), starts.tolist(), strict=True):
            words = {w for s, n in zip(row, sizes, strict=True) for w in range(s, s + n)}
            matches.append(Match(line, tuple(sorted(words))))
        return matches

    def _occurrences(self, part: tuple[Term, ...], among: np.ndarray | None) -> np.ndarray:
        """Rising first words of every occurrence of a part, within one line."""
        places = [positions(self.index, term, among) for term in part]
        if len(part) == 1:
            return places[0]
        rarest = min(range(len(part)), key=lambda k: len(places[k]))
        starts = places[rarest] - rarest
        for k in sorted(range(len(part)), key=lambda k: len(places[k])):
            starts = starts[_contains(places[k], starts + k)]
        crossed = np.searchsorted(self.begins, starts, "right")
        return starts[self._ends(crossed - 1) >= starts + len(part)]

    def _in_common_lines(self, parts: list[np.ndarray]) -> list[np.ndarray]:
        """Of each part the occurrences in lines that have all parts."""
        ranked = sorted(parts, key=len)
        lines = np.unique(np.searchsorted(self.begins, ranked[0], "right") - 1)
        for starts in ranked[1:]:
            first, last = self._bounds(starts, lines)
            lines = lines[last > first]
        return [starts[_ranges(*self._bounds(starts, lines))] for starts in parts]

    def _bounds(self, starts: np.ndarray, lines: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """Which of `starts` lie in each line: from, to."""
        return np.searchsorted(starts, self.begins[lines]), np.searchsorted(
            starts, self._ends(lines)
        )

    def _ends(self, lines: np.ndarray) -> np.ndarray:
        """The word after the last of each line; of the last line, END."""
        following = np.minimum(lines + 1, len(self.begins) - 1)
        return np.where(lines + 1 < len(self.begins), self.begins[following], END)


def find(index: WordIndex, query: Query) -> list[Match]:
    """The matches of one query (see Searcher.find)."""
    return Searcher(index).find(query)


def positions(index: WordIndex, term: Term, among: np.ndarray | None) -> np.ndarray:
    """Rising word numbers of a term, int64: through the postings, or by reading tokens where the
    index has none: all, or those `among`.
    """
    if not len(index.offsets):
        return scanned(index.token, term, among)
    terms: Any = index.term
    first = last = bisect_left(terms, term.text)
    if term.prefix:
        last = bisect_left(terms, True, lo=first, key=lambda t: not t.startswith(term.text))
    elif first < len(terms) and terms[first] == term.text:
        last = first + 1
    rows = index.postings[index.offsets[first] : index.offsets[last]]
    return np.sort(rows) if last > first + 1 else rows


def scanned(column: TextColumn, term: Term, among: np.ndarray | None = None) -> np.ndarray:
    """Rising numbers of the tokens (of those `among`, if given) that the term means, by reading
    them a block a time.
    """
    text = np.frombuffer(term.text.encode(), np.uint8)
    n = len(column) if among is None else len(among)
    parts = []
    for at in range(0, n, BLOCK):
        number = np.arange(at, min(at + BLOCK, n)) if among is None else among[at : at + BLOCK]
        begin = column.offsets[number]
        length = column.offsets[number + 1] - begin
        left = np.flatnonzero(length >= len(text) if term.prefix else length == len(text))
        for k, byte in enumerate(text):
            left = left[column.buffer[begin[left] + k] == byte]
        parts.append(number[left])
    return np.concatenate(parts) if parts else np.zeros(0, np.int64)


def _contains(rising: np.ndarray, wanted: np.ndarray) -> np.ndarray:
    """Which of `wanted` are in a rising array, bool."""
    if not len(rising):
        return np.zeros(len(wanted), bool)
    at = np.minimum(np.searchsorted(rising, wanted), len(rising) - 1)
    return rising[at] == wanted


def _ranges(first: np.ndarray, last: np.ndarray) -> np.ndarray:
    """All numbers of first[i]..last[i] - 1, one range after the other.

    >>> _ranges(np.array([3, 9]), np.array([5, 10]))
    array([3, 4, 9])
    """
    length = last - first
    return np.repeat(last - np.cumsum(length), length) + np.arange(length.sum())


def _stretches(parts: list[np.ndarray], sizes: tuple[int, ...], begins: np.ndarray) -> np.ndarray:
    """The shortest stretches that hold one occurrence of each part in one line: first words, int64
    (n, n_parts).

    For each word that ends an occurrence, the latest occurrence of every part that does not go on
    after it; of those that begin at the same word the first is the shortest.
    """
    ends = np.unique(np.concatenate([s + n for s, n in zip(parts, sizes, strict=True)]))
    line = begins[np.searchsorted(begins, ends - 1, "right") - 1]
    chosen = np.empty((len(ends), len(parts)), np.int64)
    for k, (starts, n) in enumerate(zip(parts, sizes, strict=True)):
        latest = np.searchsorted(starts, ends - n, "right") - 1
        chosen[:, k] = (
            np.where(latest >= 0, starts[np.maximum(latest, 0)], -1) if len(starts) else -1
        )
    chosen = chosen[chosen.min(axis=1) >= line]
    first = chosen.min(axis=1, initial=END)
    longest = np.maximum.accumulate(np.append(-1, first))[:-1]
    return chosen[first > longest]
