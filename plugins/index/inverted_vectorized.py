"""inverted.vectorized: distinct spellings by a dict, postings by a stable sort of term numbers."""

from __future__ import annotations

import numpy as np

from vsat_core.artifacts import Transcript, WordIndex
from vsat_core.plugin import Index, Run
from vsat_plugins.index.inverted import inverted
from vsat_plugins.index.scan import spellings


class Vectorized(Index):
    """NumPy."""

    def __call__(self, transcript: Transcript, *, run: Run) -> WordIndex:
        return inverted(transcript, spellings, _places)


def _places(term: np.ndarray, n_terms: int) -> tuple[np.ndarray, np.ndarray]:
    counts = np.bincount(term[term >= 0], minlength=n_terms)
    postings = np.argsort(term, kind="stable")[len(term) - int(counts.sum()) :]
    return np.append(0, np.cumsum(counts)), postings
