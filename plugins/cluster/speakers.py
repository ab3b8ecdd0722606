"""What all methods share: which embeddings are grouped, how many speakers may come out, and the
assignment of the others.
"""

import attrs
import numpy as np

from vsat_core.artifacts import SAMPLE_RATE, Embeddings, Speech, Turns
from vsat_core.plugin import Cluster, Run, SpeakerCount
from vsat_plugins.cluster import ClusterParams
from vsat_plugins.cluster.counting import speakers_of
from vsat_plugins.cluster.turns import turns_of
from vsat_plugins.cluster.units import Units


class SpeakerClustering(Cluster):
    """Turns from the groups of a method, which sees some of the embeddings: the anchors."""

    params: ClusterParams

    def __call__(self, embeddings: Embeddings, speech: Speech, *, run: Run) -> Turns:
        p = self.params
        turns = self._turns(embeddings, speech, run)
        n, wanted = turns.n_speakers, p.num_speakers or p.min_speakers
        if n < wanted:
            run.warn(
                f"found {n} of the {wanted} speakers asked for: there is not enough speech to tell "
                "more apart"
            )
        return turns

    def _turns(self, embeddings: Embeddings, speech: Speech, run: Run) -> Turns:
        p, units = self.params, Units.of(embeddings, speech)
        if len(units) == 0:
            return Turns.of(speech.start, speech.end, np.zeros(len(speech.start), np.int64))
        low, high = limits(p, len(units))
        chosen = anchors(units, p.min_embedding_s, low, p.max_embeddings)
        known = units.take(chosen)
        groups, within = np.zeros(1, np.int64), 1.0
        if len(known) > 1:
            within = known.within_similarity()
            least = p.threshold * within
            groups = numbered(self.group(known, least, low, len(known), run))
        found = speakers_of(known, groups, p, within, low, high)
        labels = np.full(len(units), -1)
        labels[chosen] = found.labels
        rest, founded = labels < 0, found.labels >= 0
        centers = centroids(known.vectors[founded], found.labels[founded])
        labels[rest] = (units.vectors[rest] @ centers.T).argmax(1)
        if int(found.labels.max()) + 1 < low:
            labels[chosen] = adjusted(labels[chosen], known.vectors, np.inf, low, high)
        turns = turns_of(labels, units, speech, round(p.join_s * SAMPLE_RATE))
        return attrs.evolve(turns, perhaps=found.perhaps)

    def group(self, units: Units, least: float, low: int, high: int, run: Run) -> np.ndarray:
        """A group for each of at least two embeddings in order of time, int64 (n,); similarities of
        `least` are those of one speaker, the number of groups is `low` to `high`.
        """
        raise NotImplementedError


def limits(params: SpeakerCount, n: int) -> tuple[int, int]:
    """Fewest and most speakers among n embeddings, both within 1..n.

    >>> limits(SpeakerCount(min_speakers=2), 5)
    (2, 5)
    """
    if params.num_speakers:
        low = high = params.num_speakers
    else:
        low, high = params.min_speakers or 1, params.max_speakers or n
    low = min(low, n)
    return low, max(low, min(high, n))


def anchors(units: Units, least_s: float, low: int, most: int) -> np.ndarray:
    """Indices, by time, of the embeddings that speakers are found from: those of enough sound, at
    most `most` of them.

    With fewer than `low` or two long ones, the longest of the others help out.
    """
    n_long = int((units.seconds >= least_s).sum())
    longest = np.argsort(-units.seconds, kind="stable")
    chosen = longest[: max(n_long, low, min(2, len(units)))]
    chosen = chosen[np.lexsort((chosen, units.center[chosen]))]
    most = max(most, low)
    if len(chosen) > most:
        chosen = chosen[np.linspace(0, len(chosen) - 1, most).astype(int)]
    return chosen


def numbered(labels: np.ndarray) -> np.ndarray:
    """The same groups as 0, 1, 2, ... without gaps."""
    return np.unique(labels, return_inverse=True)[1].reshape(-1)


def sums(vectors: np.ndarray, labels: np.ndarray) -> np.ndarray:
    """Of each group's vectors, float64 (n_groups, dim)."""
    total = np.zeros((int(labels.max()) + 1, vectors.shape[1]))
    order = np.argsort(labels, kind="stable")
    present, first = np.unique(labels[order], return_index=True)
    total[present] = np.add.reduceat(vectors[order], first)
    return total


def centroids(vectors: np.ndarray, labels: np.ndarray) -> np.ndarray:
    """Each group's average direction: float64 (n_groups, dim) of length 1."""
    total = sums(vectors, labels)
    length = np.linalg.norm(total, axis=1, keepdims=True)
    return total / np.where(length > 0, length, 1.0)


def adjusted(
    labels: np.ndarray, vectors: np.ndarray, least: float, low: int, high: int
) -> np.ndarray:
    """The most similar groups joined while there are more than `high`, or more than `low` and they
    reach `least`; then embeddings split off until there are `low`.

    Similarity is that of average linkage, the mean over all pairs of embeddings. What is split off
    is the embedding least similar to its group.
    """
    while (n := int(labels.max()) + 1) > low:
        means = sums(vectors, labels) / np.bincount(labels)[:, None]
        similarity = means @ means.T
        similarity[np.tril_indices(n)] = -np.inf
        a, b = np.unravel_index(int(similarity.argmax()), similarity.shape)
        if n <= high and similarity[a, b] < least:
            break
        labels = numbered(np.where(labels == b, a, labels))
    labels = labels.copy()
    while (n := int(labels.max()) + 1) < min(low, len(labels)):
        fit = np.einsum("ij,ij->i", vectors, centroids(vectors, labels)[labels])
        fit[np.bincount(labels, minlength=n)[labels] < 2] = np.inf
        labels[int(fit.argmin())] = n
    return labels
