"""No index but the normalised words: nothing to build, and a search reads them all."""
from __future__ import annotations

import numpy as np

from vsat_core.artifacts import TextColumn, Transcript, WordIndex
from vsat_core.plugin import NoParams, Run
from vsat_core.search import normalise


class Baseline:
    """Tokens only."""

    def __init__(self, params: NoParams, tuning: NoParams) -> None:
        self.params, self.tuning = params, tuning

    def prepare(self) -> None:
        """Nothing to load."""

    def __call__(self, transcript: Transcript, *, run: Run) -> WordIndex:
        """Every word normalised; no terms, no postings."""
        none = np.zeros(0, np.int64)
        return WordIndex(TextColumn.of(normalise(w) for w in transcript.text), TextColumn.of(()), none, none)
