"""ahc.vectorized: rounds of merges at once, each a few matrix products of NumPy; no table of pairs.

As `ahc_batched`, which has the source of the method. Neither compiles nor loads a library, and
memory grows with the number of embeddings, not with its square.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from vsat_core.plugin import Run
from vsat_plugins.cluster.ahc import Ahc, Tree
from vsat_plugins.cluster.cannot_link import cannot_link
from vsat_plugins.cluster.units import Units

BLOCK = 256  # groups compared with all others at once


class Vectorized(Ahc):
    """Float64 throughout."""

    def tree(self, units: Units, run: Run) -> Tree:
        """All merges."""
        return self.tree_to(units, -np.inf, run)

    def tree_to(self, units: Units, least: float, run: Run) -> Tree:
        """The merges of all rounds before the first in which no two groups reach `least`."""
        rounds = Rounds(units, self.params.cannot_link_penalty)
        merges = []

        def progress() -> None:
            done = 1 - len(rounds.means) / len(units)
            run.progress(int(units.center[int(done * (len(units) - 1))]))

        while len(rounds.means) > 1:
            rounds.find_nearest(progress)
            if float(rounds.value.max()) < least:
                break
            merges.append(rounds.merge())
        none = (np.zeros(0, np.int64), np.zeros(0, np.int64), np.zeros(0))
        columns = [np.concatenate(column) for column in zip(none, *merges, strict=True)]
        return Tree(columns[0], columns[1], columns[2], len(units))


class Rounds:
    """The groups between two rounds.

    `means` float64 (n, dim) and `size` (n,); `member` int64 (n,) is the embedding that represents
    each group; `nearest` int64 (n,) is the most similar other group, -1 where unknown, and `value`
    float64 (n,) its similarity. Groups `left` and `right`, in order of the first, have a penalty of
    `penalty` in all their pairs together.
    """

    def __init__(self, units: Units, penalty: float) -> None:
        n = len(units)
        self.means, self.size = units.vectors.copy(), np.ones(n)
        self.member, self.nearest, self.value = np.arange(n), np.full(n, -1), np.zeros(n)
        self.left, self.right = cannot_link(units)
        self.penalty = np.full(len(self.left), penalty)

    def find_nearest(self, progress: Callable[[], None]) -> None:
        """The nearest of every group where it is unknown."""
        unknown = np.flatnonzero(self.nearest < 0)
        for begin in range(0, len(unknown), BLOCK):
            progress()
            rows = unknown[begin : begin + BLOCK]
            similarity = self.means[rows] @ self.means.T
            self._penalise(similarity, rows)
            similarity[np.arange(len(rows)), rows] = -np.inf
            self.nearest[rows] = similarity.argmax(1)
            self.value[rows] = similarity[np.arange(len(rows)), self.nearest[rows]]

    def _penalise(self, similarity: np.ndarray, rows: np.ndarray) -> None:
        number = np.full(len(self.means), -1)
        number[rows] = np.arange(len(rows))
        a, b = np.searchsorted(self.left, [rows[0], rows[-1] + 1])
        chosen = a + np.flatnonzero(number[self.left[a:b]] >= 0)
        left, right = self.left[chosen], self.right[chosen]
        pairs = self.size[left] * self.size[right]
        similarity[number[left], right] -= self.penalty[chosen] / pairs

    def merge(self) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        """Unite all that are each other's nearest; embeddings that represented the second and the
        first, and the similarity.
        """
        own = np.arange(len(self.means))
        kept = np.flatnonzero((self.nearest[self.nearest] == own) & (own < self.nearest))
        if len(kept) == 0:  # rounding made a ring of groups of equal similarity
            kept = np.array([self.value.argmax()])
        gone = self.nearest[kept]
        merges = self.member[gone], self.member[kept], self.value[kept]
        size = self.size[kept] + self.size[gone]
        total = self.means[kept] * self.size[kept, None] + self.means[gone] * self.size[gone, None]
        self.means[kept], self.size[kept] = total / size[:, None], size
        self._renumber(kept, gone)
        return merges

    def _renumber(self, kept: np.ndarray, gone: np.ndarray) -> None:
        """Close the gaps that `gone` leaves; what was nearest to a merged group has to be looked
        for again.
        """
        stay = np.ones(len(self.means), bool)
        stay[gone] = False
        number = stay.cumsum() - 1
        number[gone] = number[kept]
        changed = ~stay
        changed[kept] = True
        self.nearest[changed[self.nearest]] = -1
        self.nearest[kept] = -1
        nearest = np.where(self.nearest >= 0, number[self.nearest], -1)
        self.nearest, self.value = nearest[stay], self.value[stay]
        self.means, self.size, self.member = self.means[stay], self.size[stay], self.member[stay]
        n = len(self.means)
        pairs, place = np.unique(number[self.left] * n + number[self.right], return_inverse=True)
        self.left, self.right = np.divmod(pairs, n)
        self.penalty = np.bincount(place, self.penalty, len(pairs))
