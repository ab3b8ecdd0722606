"""Searching scripts without blanks: what somebody types need not begin and end where a recogniser
cuts its units, so that such text is compared character by character.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import numpy as np

from vsat_core.artifacts import TextColumn, WordIndex
from vsat_core.formats.scripts import has_unspaced, pieces as pieces_of_text
from vsat_core.search.matching import Match, find
from vsat_core.search.query import Query
from vsat_core.search.tokens import pieces_of


def is_unspaced(query: Query) -> bool:
    """Whether a query has characters of scripts without blanks."""
    return any(has_unspaced(term.text) for part in query.parts for term in part)


def find_characters(tokens: Iterable[str], begins: Sequence[int], query: Query) -> list[Match]:
    """The matches of such a query among normalised words, given the first word of each line. A word
    in another script is compared as a whole.
    """
    pieces, owner = [], []
    for number, token in enumerate(tokens):
        own = pieces_of_text(token) or [""]
        pieces += own
        owner += [number] * len(own)
    lines = np.searchsorted(owner, np.array(begins, np.int64))
    none = np.zeros(0, np.int64)
    index = WordIndex(TextColumn.of(pieces), TextColumn.of(()), none, none, lines)
    found = find(index, Query(tuple(pieces_of(part) for part in query.parts)))
    return [Match(m.line, tuple(sorted({owner[k] for k in m.words}))) for m in found]
