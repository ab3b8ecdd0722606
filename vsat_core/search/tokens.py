"""The tokens of a word as full-text indexes of SQLite hold them."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache

from vsat_core.formats.scripts import has_unspaced, pieces
from vsat_core.search.query import Query, Term, normalise, without_stray

_DROPPED = {i: None for i in range(128) if not (chr(i).isalnum() or chr(i) in "'.\n")}
NOTHING = "_"  # represents a word of punctuation only; no token holds it
TOKENIZER = "ascii tokenchars '''._'"  # takes every sign that a token may hold as part of a word


@lru_cache(maxsize=1 << 16)
def tokens_of(word: str) -> tuple[str, ...]:
    """What a word is found by: its normalised form, or each of its characters where its script has
    no blanks; NOTHING for punctuation.

    >>> tokens_of("Don’t!"), tokens_of("今日"), tokens_of("—")
    (("don't",), ('今', '日'), ('_',))
    """
    normal = normalise(word)
    if normal.isascii():
        return (normal or NOTHING,)
    return tuple(pieces(normal))


def tokens_of_all(words: Sequence[str]) -> list[tuple[str, ...]]:
    """`tokens_of` of each word, of a whole passage at once where all is ASCII."""
    text = "\n".join(words)
    if not text.isascii() or text.count("\n") != len(words) - 1:
        return list(map(tokens_of, words))
    return [(token or NOTHING,) for token in ascii_lines(text).split("\n")]


def ascii_lines(lines: str) -> str:
    """The token of each line of a text that is ASCII, one a line; an empty one for NOTHING."""
    text = lines.lower().translate(_DROPPED)
    return without_stray(text) if "'" in text or "." in text else text


def pieces_of(part: tuple[Term, ...]) -> tuple[Term, ...]:
    """A phrase as tokens hold it: single characters where a script has no blanks. The open end of a
    word is left only where its script has them.
    """
    return tuple(
        Term(piece, term.prefix and not has_unspaced(piece))
        for term in part
        for piece in pieces(term.text)
    )


def expression(query: Query, longest: int = 0) -> str:
    """The query in FTS5's words, which finds at least what the query means. FTS5 allows an open end
    to the last word of a phrase only; phrases are cut to `longest` words, 0 leaves them.
    """
    parts = [each for part in query.parts for each in _phrases(part, longest)]
    for near in query.near:
        phrases = [each for part in near.parts for each in _phrases(part, longest)]
        wide = near.distance + sum(map(len, near.parts))
        parts.append(f"NEAR({' '.join(phrases)}, {wide})")
    return " AND ".join(parts)


def _phrases(part: tuple[Term, ...], longest: int) -> list[str]:
    part = part[:longest] if longest else part
    if any(t.prefix for t in part[:-1]):
        return [_phrase((t,)) for t in part]
    return [_phrase(part)]


def _phrase(part: tuple[Term, ...]) -> str:
    return f'"{" ".join(t.text for t in part)}"{" *" if part[-1].prefix else ""}'
