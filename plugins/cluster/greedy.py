"""Greedy clustering in one pass: every print joins the speaker it is most like, or begins a new
one.

The leader algorithm (Hartigan, "Clustering Algorithms", 1975, chapter 3) on cosine similarity to
running averages, as online diarization does it. What comes first decides; it needs no second look
and no table of pairs.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from vsat_core.artifacts import Embeddings, Speech, Turns
from vsat_core.plugin import Run
from vsat_plugins.cluster import GreedyParams
from vsat_plugins.cluster.speakers import diarized, joined_up, split_up
from vsat_plugins.cluster.ties import untied
from vsat_plugins.cluster.units import Units

LOOK = 256  # prints between two looks at whether the user has stopped the run


class Greedy:
    """What its techniques share; each says who joins whom."""

    def __init__(self, params: GreedyParams, tuning: Any) -> None:
        self.params, self.tuning = params, tuning

    def prepare(self) -> None:
        """Nothing to load."""

    def __call__(self, embeddings: Embeddings, speech: Speech, *, run: Run) -> Turns:
        """Who spoke when."""

        def group(units: Units, low: int, high: int) -> np.ndarray:
            least = self.params.threshold * units.alikeness()
            labels = self.one_pass(untied(units), least, run)
            return split_up(joined_up(labels, units.vectors, np.inf, low, high), units.vectors, low)

        return diarized(embeddings, speech, self.params, group, run, self.params.most_prints)

    def one_pass(self, units: Units, least: float, run: Run) -> np.ndarray:
        """A group for each print, int64 (n,), numbered by first appearance.

        A print joins the first of the groups whose average direction is most like it, if that is at
        least `least`.
        """
        raise NotImplementedError


class Baseline(Greedy):
    """The specification: compares each print with every earlier one, group by group.

    How like print v is to the average direction of group G is the sum of v.m over members m, over
    the length of their sum; that length's square is the sum of m.m' over all pairs of members, and
    grows as members come.
    """

    def one_pass(self, units: Units, least: float, run: Run) -> np.ndarray:
        """A group for each print."""
        labels = np.zeros(len(units), np.int64)
        members: list[list[int]] = []
        squares: list[float] = []
        for i, vector in enumerate(units.vectors):
            run.progress(int(units.center[i]))
            sums = [float((units.vectors[group] @ vector).sum()) for group in members]
            likeness = [s / length**0.5 for s, length in zip(sums, squares, strict=True)]
            best = likeness.index(max(likeness)) if likeness else 0
            if not likeness or likeness[best] < least:
                best = len(members)
                members.append([])
                squares.append(0.0)
                sums.append(0.0)
            squares[best] += 2 * sums[best] + float(vector @ vector)
            members[best].append(i)
            labels[i] = best
        return labels


class Vectorized(Greedy):
    """Compares each print with the sum of every group."""

    def one_pass(self, units: Units, least: float, run: Run) -> np.ndarray:
        """A group for each print."""
        labels = np.zeros(len(units), np.int64)
        sums, lengths, n_groups = np.zeros((16, units.vectors.shape[1])), np.ones(16), 0
        for i, vector in enumerate(units.vectors):
            if i % LOOK == 0:
                run.progress(int(units.center[i]))
            likeness = sums[:n_groups] @ vector / lengths[:n_groups]
            best = int(likeness.argmax()) if n_groups else 0
            if not n_groups or likeness[best] < least:
                best, n_groups = n_groups, n_groups + 1
                if n_groups > len(sums):
                    sums, lengths = np.vstack([sums, np.zeros_like(sums)]), np.tile(lengths, 2)
            sums[best] += vector
            lengths[best] = np.linalg.norm(sums[best])
            labels[i] = best
        return labels
