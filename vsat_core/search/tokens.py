"""The tokens of a word as full-text indexes of SQLite hold them."""

from __future__ import annotations

from functools import lru_cache

from vsat_core.formats.scripts import UNSPACED_PIECES
from vsat_core.search.query import normalise

NOTHING = "_"  # represents a word of punctuation only; no token holds it
TOKENIZER = "ascii tokenchars '''._'"  # takes every sign that a token may hold as part of a word


@lru_cache(maxsize=1 << 15)
def tokens_of(word: str) -> tuple[str, ...]:
    """What a word is found by: its normalised form, or each of its characters where its script has
    no blanks; NOTHING for punctuation.

    >>> tokens_of("Don’t!"), tokens_of("今日"), tokens_of("—")
    (("don't",), ('今', '日'), ('_',))
    """
    normal = normalise(word)
    if normal.isascii():
        return (normal or NOTHING,)
    return tuple(UNSPACED_PIECES.findall(normal))
