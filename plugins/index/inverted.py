"""An inverted index: for every distinct word, where it occurs (Zobel and Moffat 2006, "Inverted
files for text search engines", section 3, with word-level postings).
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from vsat_core.artifacts import TextColumn, Transcript, WordIndex
from vsat_plugins.index.scan import gathered

Spellings = Callable[[TextColumn], tuple[list[str], np.ndarray]]
Places = Callable[[np.ndarray, int], tuple[np.ndarray, np.ndarray]]


def inverted(transcript: Transcript, spellings: Spellings, places: Places) -> WordIndex:
    """The index of all faster techniques, given how they find the distinct spellings (see
    scan.spellings), and the offsets and postings of the term number, int64, of each word: -1 is
    none, the others are 0..n - 1.
    """
    normal, spelling = spellings(transcript.text)
    terms = sorted(set(normal) - {""})
    number = {term: i for i, term in enumerate(terms)}
    term = np.array([number.get(t, -1) for t in normal], np.int64)[spelling]
    offsets, postings = places(term, len(terms))
    return WordIndex(
        gathered(normal, spelling),
        TextColumn.of(terms),
        offsets,
        postings,
        transcript.line_starts(),
    )
