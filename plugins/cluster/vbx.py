"""VBx: a first guess by agglomerative clustering, made better by a hidden Markov model with a state
for every speaker.

Speakers whose prints the others explain as well fade away, so the first guess has too many on
purpose. `vbx_inference` is the model, `vbx_space` how voice prints become its observations.
"""

from __future__ import annotations

import numpy as np
import scipy.special

from vsat_core.artifacts import Embeddings, Speech, Turns
from vsat_core.plugin import NoParams, Run
from vsat_plugins.cluster import VbxParams
from vsat_plugins.cluster.ahc_linkage import Vectorized as Linkage
from vsat_plugins.cluster.speakers import diarized, joined_up, numbered, split_up
from vsat_plugins.cluster.ties import untied
from vsat_plugins.cluster.units import Units
from vsat_plugins.cluster.vbx_inference import (
    Model,
    Settings,
    Walk,
    fast_model,
    fast_walk,
    plain_model,
    plain_walk,
    solved,
)
from vsat_plugins.cluster.vbx_space import whitened

MOST_STATES = 40  # speakers of the first guess unless told to find more
SMOOTHING = 5.0  # a print belongs to its first guess exp(5) times more surely than to any other


class Baseline:
    """The specification: print by print, speaker by speaker."""

    model: Model = staticmethod(plain_model)
    walk: Walk = staticmethod(plain_walk)

    def __init__(self, params: VbxParams, tuning: NoParams) -> None:
        self.params, self.tuning = params, tuning

    def prepare(self) -> None:
        """Nothing to load."""

    def __call__(self, embeddings: Embeddings, speech: Speech, *, run: Run) -> Turns:
        """Who spoke when."""

        def group(units: Units, low: int, high: int) -> np.ndarray:
            return self.group(units, low, high, run)

        return diarized(embeddings, speech, self.params, group, run, self.params.most_prints)

    def group(self, units: Units, low: int, high: int, run: Run) -> np.ndarray:
        """A group for each print, int64 (n,); the prints are in order of time."""
        p = self.params
        if len(units) < 2:
            return np.zeros(len(units), np.int64)
        x, phi = whitened(units, p.strangers)
        guess = self.first_guess(units, low, run)
        settings = Settings(p.fa, p.fb, p.loop)
        end = int(units.center[-1])
        found = solved(x, phi, guess, settings, self.model, self.walk, lambda: run.progress(end))
        labels = numbered(found.gamma.argmax(1))
        return split_up(joined_up(labels, units.vectors, np.inf, low, high), units.vectors, low)

    def first_guess(self, units: Units, low: int, run: Run) -> np.ndarray:
        """Responsibilities float64 (n, k): every print mostly in its group of agglomerative
        clustering.
        """
        least = self.params.threshold * units.alikeness()
        labels = (
            Linkage(self.params, self.tuning)
            .tree(untied(units), run)
            .labels(least, low, max(low, MOST_STATES))
        )
        return scipy.special.softmax(SMOOTHING * np.eye(int(labels.max()) + 1)[labels], axis=1)


class Vectorized(Baseline):
    """All speakers at once, and changes of speaker in time that grows with their number, not its
    square.
    """

    model: Model = staticmethod(fast_model)
    walk: Walk = staticmethod(fast_walk)
