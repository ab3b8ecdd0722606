"""Agglomerative hierarchical clustering with average linkage: the two most similar groups become
one, again and again.

How similar two groups are is the mean cosine similarity of their members' pairs (UPGMA; Sokal and
Michener 1958; for speakers, Garcia-Romero et al., "Speaker diarization using deep neural network
embeddings", ICASSP 2017). Less what `apart` takes from pairs that the detector heard as two people.
"""

from __future__ import annotations

from typing import Any

import attrs
import numpy as np

from vsat_core.artifacts import Embeddings, Speech, Turns
from vsat_core.plugin import Run
from vsat_plugins.cluster import AhcParams
from vsat_plugins.cluster.speakers import diarized
from vsat_plugins.cluster.ties import untied
from vsat_plugins.cluster.units import Units


@attrs.frozen
class Tree:
    """All merges of n prints, in any order: each group is known by one of its prints, and one of
    two goes on.

    `gone` and `stays` int64 (n - 1,): the prints that stood for the two groups; `likeness` float64
    (n - 1,), theirs. Every print is `gone` once, but the last.
    """

    gone: np.ndarray
    stays: np.ndarray
    likeness: np.ndarray

    def labels(self, least: float, low: int, high: int) -> np.ndarray:
        """Groups after the merges that reach `least`, but at least `low` and at most `high`; int64
        (n,).

        Numbered by first appearance. Merging makes groups less alike, never more, so the likest
        merges come first.

        >>> tree = Tree(np.array([0, 2, 1]), np.array([2, 3, 3]), np.array([0.9, 0.1, 0.5]))
        >>> tree.labels(0.4, 1, 4)
        array([0, 1, 0, 1])
        """
        n = len(self.gone) + 1
        done = np.argsort(-self.likeness, kind="stable")
        done = done[: min(max(int((self.likeness >= least).sum()), n - high), n - low)]
        group = np.arange(n)
        group[self.gone[done]] = self.stays[done]
        while not np.array_equal(further := group[group], group):
            group = further
        first, inverse = np.unique(group, return_index=True, return_inverse=True)[1:]
        return np.argsort(np.argsort(first))[inverse.reshape(-1)]


class Ahc:
    """What its techniques share; each says how the tree of merges is found."""

    def __init__(self, params: AhcParams, tuning: Any) -> None:
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
        if len(units) < 2:
            return np.zeros(len(units), np.int64)
        return self.tree(untied(units), run).labels(
            self.params.threshold * units.alikeness(), low, high
        )

    def tree(self, units: Units, run: Run) -> Tree:
        """All merges of at least two prints in order of time; `units.vectors` may be
        overwritten.
        """
        raise NotImplementedError


class Baseline(Ahc):
    """The specification: looks at every pair of groups before every step."""

    def group(self, units: Units, low: int, high: int, run: Run) -> np.ndarray:
        """A group for each print, int64 (n,), numbered by first appearance."""
        least = self.params.threshold * units.alikeness()
        members = [[i] for i in range(len(units))]
        likeness = untied(units).likeness(self.params.apart)
        np.fill_diagonal(likeness, -np.inf)
        while len(members) > low:
            run.progress(int(units.center[len(units) - len(members)]))
            a, b = sorted(np.unravel_index(int(likeness.argmax()), likeness.shape))
            if likeness[a, b] < least and len(members) <= high:
                break
            sizes = len(members[a]), len(members[b])
            mean = (sizes[0] * likeness[a] + sizes[1] * likeness[b]) / sum(sizes)
            likeness[a], likeness[:, a] = mean, mean
            likeness[a, a] = -np.inf
            likeness = np.delete(np.delete(likeness, b, 0), b, 1)
            members[a] += members.pop(b)
        labels = np.zeros(len(units), np.int64)
        for label, group in enumerate(members):
            labels[group] = label
        return labels
