"""scan.baseline: word by word."""

from __future__ import annotations

from vsat_core.artifacts import TextColumn, Transcript, WordIndex
from vsat_core.plugin import Index, Run
from vsat_core.search.query import normalise
from vsat_plugins.index.scan import tokens_only


class Baseline(Index):
    """Every word normalised; no terms, no postings."""

    def __call__(self, transcript: Transcript, *, run: Run) -> WordIndex:
        tokens = TextColumn.of(normalise(w) for w in transcript.text)
        return tokens_only(tokens, transcript)
