"""fts5.native: SQLite's full-text index over the lines; a search asks it which lines to read."""

from __future__ import annotations

from collections.abc import Iterator

import attrs
import numpy as np

from vsat_core.artifacts import Transcript, WordIndex
from vsat_core.plugin import Index, Run
from vsat_core.search.fts5 import database_of
from vsat_core.search.tokens import NOTHING
from vsat_plugins.index.scan import gathered, spellings, tokens_only


class Native(Index):
    """Tokens as for a scan, and the database: its row n is line n."""

    def __call__(self, transcript: Transcript, *, run: Run) -> WordIndex:
        """Raises VsatError where SQLite has no FTS5."""
        normal, spelling = spellings(transcript.text)
        shown = np.array([token or NOTHING for token in normal], object)
        index = tokens_only(gathered(normal, spelling), transcript)
        return attrs.evolve(index, database=database_of(_lines(shown, spelling, transcript)))


def _lines(shown: np.ndarray, spelling: np.ndarray, transcript: Transcript) -> Iterator[str]:
    for line in transcript.lines():
        yield " ".join(shown[spelling[line.start : line.stop]])
