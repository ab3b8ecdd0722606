"""What the techniques of `ahc` share: agglomerative hierarchical clustering with average linkage.

The two most similar groups become one, again and again. The similarity of two groups is the mean
cosine similarity of their members' pairs (UPGMA; Sokal and Michener 1958; for speakers,
Garcia-Romero et al., "Speaker diarization using deep neural network embeddings", ICASSP 2017), less
the penalty of pairs to which the detector gave different voices.
"""

from __future__ import annotations

import attrs
import numpy as np

from vsat_core.plugin import Run
from vsat_plugins.cluster import AhcParams
from vsat_plugins.cluster.speakers import SpeakerClustering
from vsat_plugins.cluster.ties import untied
from vsat_plugins.cluster.units import Units


def _of_a_whole_tree(tree: Tree) -> int:
    return len(tree.gone) + 1


@attrs.frozen
class Tree:
    """Merges of n embeddings, in any order: each group is known by one of its embeddings, and one
    of two goes on.

    `gone` and `stays` int64 (m,): the embeddings that represented the two groups; `similarity`
    float64 (m,) of the groups. In a whole tree every embedding is `gone` once, but the last; the
    least similar merges may be left out.
    """

    gone: np.ndarray
    stays: np.ndarray
    similarity: np.ndarray
    n: int = attrs.field(default=attrs.Factory(_of_a_whole_tree, takes_self=True))

    def labels(self, least: float, low: int, high: int) -> np.ndarray:
        """Groups after the merges that reach `least`, but at least `low` and at most `high`; int64
        (n,).

        Numbered by first appearance. Merging makes groups less similar, never more, so the most
        similar merges come first.

        >>> tree = Tree(np.array([0, 2, 1]), np.array([2, 3, 3]), np.array([0.9, 0.1, 0.5]))
        >>> tree.labels(0.4, 1, 4)
        array([0, 1, 0, 1])
        """
        n = self.n
        done = np.argsort(-self.similarity, kind="stable")
        done = done[: min(max(int((self.similarity >= least).sum()), n - high), n - low)]
        group = np.arange(n)
        group[self.gone[done]] = self.stays[done]
        while not np.array_equal(further := group[group], group):
            group = further
        first, inverse = np.unique(group, return_index=True, return_inverse=True)[1:]
        return np.argsort(np.argsort(first))[inverse.reshape(-1)]


class Ahc(SpeakerClustering):
    """Each technique finds the tree of merges in its own way."""

    params: AhcParams

    def group(self, units: Units, least: float, low: int, high: int, run: Run) -> np.ndarray:
        """A group for each embedding, int64 (n,)."""
        needed = least if high >= len(units) else -np.inf
        return self.tree_to(untied(units), needed, run).labels(least, low, high)

    def tree_to(self, units: Units, least: float, run: Run) -> Tree:
        """At least the merges that reach `least`; a technique that finds them first may stop
        there. Else as `tree`.
        """
        return self.tree(units, run)

    def tree(self, units: Units, run: Run) -> Tree:
        """All merges of at least two embeddings in order of time; `units.vectors` may be
        overwritten.
        """
        raise NotImplementedError
