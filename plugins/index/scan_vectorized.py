"""scan.vectorized: each distinct spelling once, by a dict."""

from __future__ import annotations

from vsat_core.artifacts import Transcript, WordIndex
from vsat_core.plugin import Index, Run
from vsat_plugins.index.scan import gathered, spellings, tokens_only


class Vectorized(Index):
    """The tokens gathered from those of the distinct spellings."""

    def __call__(self, transcript: Transcript, *, run: Run) -> WordIndex:
        return tokens_only(gathered(*spellings(transcript.text)), transcript)
