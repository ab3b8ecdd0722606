"""No index but the normalised words: nothing to look up, and a search reads them all.

Also what all faster techniques share: each distinct spelling is normalised once.
"""

from __future__ import annotations

import itertools

import numpy as np

from vsat_core.artifacts import TextColumn, Transcript, WordIndex
from vsat_core.search.query import normalise


def tokens_only(tokens: TextColumn, transcript: Transcript) -> WordIndex:
    """The index of a scan."""
    none = np.zeros(0, np.int64)
    return WordIndex(tokens, TextColumn.of(()), none, none, transcript.line_starts())


def spellings(text: TextColumn) -> tuple[list[str], np.ndarray]:
    """The distinct spellings normalised, by first appearance, and of each word the number of its
    spelling, int64.
    """
    whole, bounds = text.buffer.tobytes(), text.offsets.tolist()
    seen: dict[bytes, int] = {}
    numbers = [seen.setdefault(whole[a:b], len(seen)) for a, b in itertools.pairwise(bounds)]
    return [normalise(w.decode()) for w in seen], np.array(numbers, np.int64)


def gathered(texts: list[str], which: np.ndarray) -> TextColumn:
    """The column of `texts[i]` for every i of `which`."""
    distinct = TextColumn.of(texts)
    lengths = np.diff(distinct.offsets)[which] if len(which) else np.zeros(0, np.int64)
    offsets = np.concatenate([[0], np.cumsum(lengths)]).astype(np.int64)
    begins = distinct.offsets[:-1][which] if len(which) else lengths
    return TextColumn(
        distinct.buffer[np.repeat(begins - offsets[:-1], lengths) + np.arange(offsets[-1])], offsets
    )
