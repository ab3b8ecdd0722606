"""inverted.baseline: a dict of lists, filled word by word."""

from __future__ import annotations

import itertools

import numpy as np

from vsat_core.artifacts import TextColumn, Transcript, WordIndex
from vsat_core.plugin import Index, Run
from vsat_core.search.query import normalise


class Baseline(Index):
    """Terms in order of code points, each with its word numbers rising. Words of punctuation only
    have no term.
    """

    def __call__(self, transcript: Transcript, *, run: Run) -> WordIndex:
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
