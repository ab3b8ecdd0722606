"""What the techniques of `greedy` share: in one pass every embedding joins the most similar
speaker, or begins a new one.

The leader algorithm (Hartigan, "Clustering Algorithms", 1975, chapter 3) on cosine similarity to
running averages, as online diarization does it. The order decides; it needs no second pass and no
table of pairs.
"""

import numpy as np

from vsat_core.plugin import Run
from vsat_plugins.cluster import GreedyParams
from vsat_plugins.cluster.speakers import SpeakerClustering, adjusted
from vsat_plugins.cluster.ties import untied
from vsat_plugins.cluster.units import Units

LOOK = 256  # embeddings between two checks whether the user has stopped the run


class Greedy(SpeakerClustering):
    """Each technique makes the pass in its own way."""

    params: GreedyParams

    def group(self, units: Units, least: float, low: int, high: int, run: Run) -> np.ndarray:
        """A group for each embedding, int64 (n,)."""
        labels = self.one_pass(untied(units), least, run)
        return adjusted(labels, units.vectors, np.inf, low, high)

    def one_pass(self, units: Units, least: float, run: Run) -> np.ndarray:
        """A group for each embedding, int64 (n,), numbered by first appearance.

        An embedding joins the first of the groups whose average direction is most similar to it, if
        that similarity is at least `least`.
        """
        raise NotImplementedError
