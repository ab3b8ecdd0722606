"""inverted.numba: distinct spellings by a compiled hash table, postings by a counting sort."""

from __future__ import annotations

import numpy as np
from numba import njit

from vsat_core.artifacts import TextColumn, Transcript, WordIndex
from vsat_core.plugin import Index, Run
from vsat_plugins.index.inverted import inverted
from vsat_plugins.index.spellings_numba import spellings


class Numba(Index):
    """Compiled loops."""

    def prepare(self) -> None:
        """Compile."""
        spellings(TextColumn.of(["a"]))
        places_of(np.zeros(1, np.int64), 1)

    def __call__(self, transcript: Transcript, *, run: Run) -> WordIndex:
        return inverted(transcript, spellings, places_of)


@njit(cache=True)
def places_of(term, n_terms):
    """Offsets and postings, int64, by a counting sort of the words' terms."""
    offsets = np.zeros(n_terms + 1, np.int64)
    for t in term:
        if t >= 0:
            offsets[t + 1] += 1
    for t in range(n_terms):
        offsets[t + 1] += offsets[t]
    free = offsets[:-1].copy()
    postings = np.empty(offsets[-1], np.int64)
    for i in range(len(term)):
        if term[i] >= 0:
            postings[free[term[i]]] = i
            free[term[i]] += 1
    return offsets, postings
