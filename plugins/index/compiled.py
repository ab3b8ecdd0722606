"""scan.numba and inverted.numba: the bytes of the transcript in one sweep; only words beyond ASCII
become strings.
"""

from __future__ import annotations

import numpy as np

from vsat_core.artifacts import TextColumn, Transcript, WordIndex
from vsat_core.plugin import NoParams, Run
from vsat_core.search.query import normalise
from vsat_plugins.index import terms_numba as kernels
from vsat_plugins.index.characters import KIND, LOWER
from vsat_plugins.index.scan import tokens_only

EXAMPLE = TextColumn.of(["It's", "3.5", "é", "—", "It's", "a", "b"])


def tokens_of(text: TextColumn) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Of every word its token: bytes uint8, and begin and length int64 (n_words,) in them."""
    data, begin, length, others = kernels.ascii_tokens(text.buffer, text.offsets, KIND, LOWER)
    if len(others):
        spelling, example = kernels.grouped(
            text.buffer, text.offsets[others], np.diff(text.offsets)[others]
        )
        normal = [normalise(text[i]).encode() for i in others[example].tolist()]
        lengths = np.array([len(token) for token in normal])
        begin[others] = (len(data) + np.cumsum(lengths) - lengths)[spelling]
        length[others] = lengths[spelling]
        data = np.concatenate([data, np.frombuffer(b"".join(normal), np.uint8)])
    return data, begin, length


class Scan:
    """Tokens only."""

    def __init__(self, params: NoParams, tuning: NoParams) -> None:
        self.params, self.tuning = params, tuning

    def prepare(self) -> None:
        """Compile."""
        kernels.column_of(*tokens_of(EXAMPLE))

    def __call__(self, transcript: Transcript, *, run: Run) -> WordIndex:
        """As scan.Baseline."""
        return tokens_only(TextColumn(*kernels.column_of(*tokens_of(transcript.text))), transcript)


class Inverted(Scan):
    """Tokens grouped by a hash table, terms merge sorted, postings counted into place."""

    def prepare(self) -> None:
        """Compile."""
        indexed(EXAMPLE)

    def __call__(self, transcript: Transcript, *, run: Run) -> WordIndex:
        """As inverted.Baseline."""
        return WordIndex(*indexed(transcript.text), transcript.line_starts())


def indexed(text: TextColumn) -> tuple[TextColumn, TextColumn, np.ndarray, np.ndarray]:
    """Tokens, terms, offsets and postings of these words."""
    data, begin, length = tokens_of(text)
    term, example = kernels.grouped(data, begin, length)
    order = kernels.ranked(data, begin, length, example)
    chosen = example[order]
    tokens = TextColumn(*kernels.column_of(data, begin, length))
    terms = TextColumn(*kernels.column_of(data, begin[chosen], length[chosen]))
    return tokens, terms, *kernels.postings_of(term, order)
