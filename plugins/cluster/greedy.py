"""Greedy clustering in one pass: every print joins the speaker it is most like, or begins a new one.

The leader algorithm (Hartigan, "Clustering Algorithms", 1975, chapter 3) on cosine similarity to running averages, as
online diarization does it. What comes first decides; it needs no second look and no table of pairs.
"""
from __future__ import annotations

import numpy as np

from vsat_core.artifacts import Embeddings, Speech, Turns
from vsat_core.plugin import NoParams, Run
from vsat_plugins.cluster import GreedyParams
from vsat_plugins.cluster.speakers import diarized, joined_up, split_up
from vsat_plugins.cluster.units import Units

MOST_UNITS = 3000  # the search for the nearest print of each looks at all pairs


class Baseline:
    """One print after the other."""

    def __init__(self, params: GreedyParams, tuning: NoParams) -> None:
        self.params, self.tuning = params, tuning

    def prepare(self) -> None:
        """Nothing to load."""

    def __call__(self, embeddings: Embeddings, speech: Speech, *, run: Run) -> Turns:
        """Who spoke when."""
        return diarized(embeddings, speech, self.params, self._group, MOST_UNITS)

    def _group(self, units: Units, low: int, high: int) -> np.ndarray:
        vectors, least = units.vectors, self.params.threshold * units.alikeness()
        labels = np.zeros(len(vectors), np.int64)
        sums = vectors[:1].copy()
        for i, vector in enumerate(vectors[1:], 1):
            likeness = sums @ vector / np.maximum(np.linalg.norm(sums, axis=1), 1e-12)
            best = int(likeness.argmax())
            if likeness[best] < least:
                best = len(sums)
                sums = np.vstack([sums, np.zeros_like(vector)])
            sums[best] += vector
            labels[i] = best
        return split_up(joined_up(labels, vectors, np.inf, low, high), vectors, low)
