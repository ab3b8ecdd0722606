"""An inverted index: for every distinct word, where it occurs (Zobel and Moffat 2006, "Inverted files for text search
engines", section 3, with word-level postings)."""
from __future__ import annotations

import itertools

import numpy as np

from vsat_core.artifacts import TextColumn, Transcript, WordIndex
from vsat_core.plugin import NoParams, Run
from vsat_core.search import normalise


class Baseline:
    """A dict of lists, filled word by word."""

    def __init__(self, params: NoParams, tuning: NoParams) -> None:
        self.params, self.tuning = params, tuning

    def prepare(self) -> None:
        """Nothing to load."""

    def __call__(self, transcript: Transcript, *, run: Run) -> WordIndex:
        """Terms in order of code points, each with its word numbers rising. Words of punctuation only have no term."""
        tokens = [normalise(w) for w in transcript.text]
        places: dict[str, list[int]] = {}
        for number, token in enumerate(tokens):
            if token:
                places.setdefault(token, []).append(number)
        terms = sorted(places)
        postings = np.array([n for t in terms for n in places[t]], np.int64)
        offsets = np.array([0, *itertools.accumulate(len(places[t]) for t in terms)], np.int64)
        return WordIndex(TextColumn.of(tokens), TextColumn.of(terms), offsets, postings)


class Vectorized(Baseline):
    """Each distinct spelling is normalised once; the rest is a stable sort of term numbers."""

    def __call__(self, transcript: Transcript, *, run: Run) -> WordIndex:
        """As Baseline."""
        text, bounds = transcript.text.buffer.tobytes(), transcript.text.offsets.tolist()
        seen: dict[bytes, int] = {}
        numbers = [seen.setdefault(text[a:b], len(seen)) for a, b in itertools.pairwise(bounds)]
        spelling = np.array(numbers, np.int64)
        normal = [normalise(w.decode()) for w in seen]
        terms = sorted(set(normal) - {""})
        number = {term: i for i, term in enumerate(terms)}
        term = np.array([number.get(t, -1) for t in normal], np.int64)[spelling]
        counts = np.bincount(term[term >= 0], minlength=len(terms))
        postings = np.argsort(term, kind="stable")[len(term) - int(counts.sum()) :]
        offsets = np.concatenate([[0], np.cumsum(counts)]).astype(np.int64)
        return WordIndex(_gathered(normal, spelling), TextColumn.of(terms), offsets, postings.astype(np.int64))


def _gathered(texts: list[str], which: np.ndarray) -> TextColumn:
    """The column of `texts[i]` for every i of `which`."""
    distinct = TextColumn.of(texts)
    lengths = np.diff(distinct.offsets)[which] if len(which) else np.zeros(0, np.int64)
    offsets = np.concatenate([[0], np.cumsum(lengths)]).astype(np.int64)
    begins = distinct.offsets[:-1][which] if len(which) else lengths
    return TextColumn(distinct.buffer[np.repeat(begins - offsets[:-1], lengths) + np.arange(offsets[-1])], offsets)
