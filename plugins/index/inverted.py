"""An inverted index: for every distinct word, where it occurs (Zobel and Moffat 2006, "Inverted
files for text search engines", section 3, with word-level postings).
"""

from __future__ import annotations

import itertools

import numpy as np

from vsat_core.artifacts import TextColumn, Transcript, WordIndex
from vsat_core.plugin import NoParams, Run
from vsat_core.search.query import normalise
from vsat_plugins.index.scan import gathered, spellings


class Baseline:
    """A dict of lists, filled word by word."""

    def __init__(self, params: NoParams, tuning: NoParams) -> None:
        self.params, self.tuning = params, tuning

    def prepare(self) -> None:
        """Nothing to load."""

    def __call__(self, transcript: Transcript, *, run: Run) -> WordIndex:
        """Terms in order of code points, each with its word numbers rising. Words of punctuation
        only have no term.
        """
        tokens = [normalise(w) for w in transcript.text]
        places: dict[str, list[int]] = {}
        for number, token in enumerate(tokens):
            if token:
                places.setdefault(token, []).append(number)
        terms = sorted(places)
        postings = np.array([n for t in terms for n in places[t]], np.int64)
        offsets = np.array([0, *itertools.accumulate(len(places[t]) for t in terms)], np.int64)
        return WordIndex(
            TextColumn.of(tokens), TextColumn.of(terms), offsets, postings, transcript.line_starts()
        )


class Vectorized(Baseline):
    """Each distinct spelling is normalised once; the rest is a stable sort of term numbers."""

    def __call__(self, transcript: Transcript, *, run: Run) -> WordIndex:
        """As Baseline."""
        normal, spelling = spellings(transcript.text)
        terms = sorted(set(normal) - {""})
        number = {term: i for i, term in enumerate(terms)}
        term = np.array([number.get(t, -1) for t in normal], np.int64)[spelling]
        counts = np.bincount(term[term >= 0], minlength=len(terms))
        postings = np.argsort(term, kind="stable")[len(term) - int(counts.sum()) :].astype(np.int64)
        offsets = np.concatenate([[0], np.cumsum(counts)]).astype(np.int64)
        tokens = gathered(normal, spelling)
        return WordIndex(tokens, TextColumn.of(terms), offsets, postings, transcript.line_starts())
