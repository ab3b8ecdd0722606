"""Where a query matches in one line, token by token: without an index, and without NumPy."""

# annotations are not postponed: NamedTuple would compile each of them, at every start

from bisect import bisect_left
from collections.abc import Sequence
from typing import NamedTuple, Self

from vsat_core.search.query import Near, Query, Term
from vsat_core.search.tokens import ascii_lines, pieces_of, tokens_of_all


class Occurrence(NamedTuple):
    """A part of a query found: from token `start` to before `end`, by these tokens."""

    start: int
    end: int
    tokens: tuple[int, ...]


def find_in_line(tokens: Sequence[str], query: Query) -> list[tuple[int, ...]]:
    """The tokens of every shortest stretch that holds all of the query, in order, as
    matching.Searcher.find has them.
    """
    parts = [_phrase(tokens, part) for part in query.parts]
    parts += [_near(tokens, near) for near in query.near]
    if not all(parts):
        return []
    return [found.tokens for found in _stretches(parts)]


def _phrase(tokens: Sequence[str], part: tuple[Term, ...]) -> list[Occurrence]:
    n = len(part)
    head, rest = part[0], part[1:]
    return [
        Occurrence(i, i + n, tuple(range(i, i + n)))
        for i in _places(tokens[: len(tokens) - n + 1], head)
        if all(_means(t, tokens[i + 1 + k]) for k, t in enumerate(rest))
    ]


def _places(tokens: Sequence[str], term: Term) -> list[int]:
    """Where a word stands."""
    text = term.text
    if term.prefix:
        return [i for i, token in enumerate(tokens) if token.startswith(text)]
    places: list[int] = []
    for _ in range(tokens.count(text)):
        places.append(tokens.index(text, places[-1] + 1 if places else 0))
    return places


def _means(term: Term, token: str) -> bool:
    return token.startswith(term.text) if term.prefix else token == term.text


def _near(tokens: Sequence[str], near: Near) -> list[Occurrence]:
    parts = [_phrase(tokens, part) for part in near.parts]
    if not all(parts):
        return []
    most = near.distance
    return [one for one in _stretches(parts) if one.end - one.start - len(one.tokens) <= most]


def _stretches(parts: Sequence[Sequence[Occurrence]]) -> list[Occurrence]:
    """The shortest stretches that hold an occurrence of each part (Clarke, Cormack and Burkowski
    1995): for each end the latest occurrence of every part, unless another match lies inside.
    """
    if len(parts) == 1:
        return list(parts[0])
    out = []
    longest = -1
    for end in sorted({one.end for part in parts for one in part}):
        latest = [[one for one in part if one.end <= end][-1:] for part in parts]
        if not all(latest):
            continue
        chosen = [one for (one,) in latest]
        start = min(one.start for one in chosen)
        if start > longest:
            longest = start
            found = sorted({i for one in chosen for i in one.tokens})
            out.append(Occurrence(start, end, tuple(found)))
    return out


def in_pieces(query: Query) -> Query:
    """The query for the tokens of written words (see tokens_of)."""
    return Query(
        tuple(pieces_of(part) for part in query.parts),
        tuple(Near(tuple(map(pieces_of, n.parts)), n.distance) for n in query.near),
    )


class Tokens(NamedTuple):
    """The tokens of written words, and the number of the word that each is of."""

    tokens: list[str]
    owner: Sequence[int]

    @classmethod
    def of(cls, words: Sequence[str]) -> Self:
        """For words."""
        each = tokens_of_all(words)
        tokens = [token for own in each for token in own]
        return cls(tokens, [number for number, own in enumerate(each) for _ in own])

    def may_have(self, query: Query) -> list[int]:
        """The words that begin an occurrence of some part of a query in pieces: every match has one
        of them.
        """
        part = query.parts[0] if query.parts else query.near[0].parts[0]
        return [self.owner[i] for i in _places(self.tokens, part[0])]

    def find(self, line: range, query: Query) -> list[tuple[int, ...]]:
        """The matches of a query in pieces among the words of a line: the words of each, by rising
        number.
        """
        first, last = bisect_left(self.owner, line.start), bisect_left(self.owner, line.stop)
        found = find_in_line(self.tokens[first:last], query)
        return [tuple(sorted({self.owner[first + k] for k in match})) for match in found]


class AsciiTokens:
    """The same for words that are ASCII, one a line, each of which has one token."""

    def __init__(self, lines: str) -> None:
        self._text = f"\n{ascii_lines(lines)}\n"

    def may_have(self, query: Query) -> list[int]:
        """As Tokens has it, by looking for bytes."""
        part = query.parts[0] if query.parts else query.near[0].parts[0]
        text = self._text
        wanted = f"\n{part[0].text}" if part[0].prefix else f"\n{part[0].text}\n"
        places, at = [], text.find(wanted)
        while at >= 0:
            places.append(text.count("\n", 0, at))
            at = text.find(wanted, at + 1)
        return places

    def find(self, line: range, query: Query) -> list[tuple[int, ...]]:
        """As Tokens has it."""
        tokens = self._text.split("\n")[line.start + 1 : line.stop + 1]
        found = find_in_line(tokens, query)
        return [tuple(line.start + k for k in match) for match in found]


def tokens_of_lines(text: str) -> Tokens | AsciiTokens:
    """The tokens of words that stand one a line, as a library has them."""
    return AsciiTokens(text) if text.isascii() else Tokens.of(text.split("\n"))


def words_in_line(words: Sequence[str], query: Query) -> list[tuple[int, ...]]:
    """The same for written words and a query in pieces."""
    return Tokens.of(words).find(range(len(words)), query)
