"""scan.numba: each distinct spelling once, by a compiled hash table."""

from __future__ import annotations

from vsat_core.artifacts import TextColumn, Transcript, WordIndex
from vsat_core.plugin import Index, Run
from vsat_plugins.index.scan import gathered, tokens_only
from vsat_plugins.index.spellings_numba import spellings


class Numba(Index):
    """The tokens gathered from those of the distinct spellings."""

    def prepare(self) -> None:
        """Compile."""
        spellings(TextColumn.of(["a"]))

    def __call__(self, transcript: Transcript, *, run: Run) -> WordIndex:
        return tokens_only(gathered(*spellings(transcript.text)), transcript)
