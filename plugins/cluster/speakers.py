"""What all methods share: which embeddings are grouped, how many speakers may come out, and the
assignment of the others.
"""

import numpy as np

from vsat_core.artifacts import SAMPLE_RATE, Embeddings, Speech, Turns
from vsat_core.plugin import Cluster, Run, SpeakerCount
from vsat_plugins.cluster import ClusterParams
from vsat_plugins.cluster.turns import turns_of
from vsat_plugins.cluster.units import Units

LOW_PERCENTILE = 0.05  # of a speaker's embeddings
MIN_CLUSTER = 4  # embeddings that tell how similar a speaker's are to each other


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
        groups = np.zeros(1, np.int64)
        if len(known) > 1:
            least = p.threshold * known.within_similarity()
            groups = numbered(self.group(known, least, low, min(high, len(known)), run))
        groups = without_doubtful(groups, known, p.short_speaker_s, p.short_speaker_similarity, low)
        groups = merged(groups, known.vectors, known.speech_s, p.min_speaker_s, low)
        labels = np.full(len(units), -1)
        labels[chosen] = groups
        rest = labels < 0
        labels[rest] = (units.vectors[rest] @ centroids(known.vectors, groups).T).argmax(1)
        return turns_of(labels, units, speech, round(p.join_s * SAMPLE_RATE))

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
    np.add.at(total, labels, vectors)
    return total


def centroids(vectors: np.ndarray, labels: np.ndarray) -> np.ndarray:
    """Each group's average direction: float64 (n_groups, dim) of length 1."""
    total = sums(vectors, labels)
    length = np.linalg.norm(total, axis=1, keepdims=True)
    return total / np.where(length > 0, length, 1.0)


def merged(
    labels: np.ndarray, vectors: np.ndarray, speech_s: np.ndarray, least_s: float, low: int
) -> np.ndarray:
    """Groups with less than `least_s` of speech merged into the most similar group, smallest first,
    while over `low`.
    """
    while (n := int(labels.max()) + 1) > low:
        seconds = np.bincount(labels, speech_s, n)
        small = int(seconds.argmin())
        if seconds[small] >= least_s:
            break
        similarity = (centers := centroids(vectors, labels)) @ centers[small]
        similarity[small] = -np.inf
        labels = numbered(np.where(labels == small, int(similarity.argmax()), labels))
    return labels


def without_doubtful(
    labels: np.ndarray, units: Units, least_s: float, least: float, low: int
) -> np.ndarray:
    """Groups with less than `least_s` of speech merged into a speaker they may be a part of,
    smallest first, while over `low`.

    Noise and laughter tear embeddings off a speaker that are hardly less similar to it than its own
    least similar ones; another speaker with little speech is far from all. `least` is a fraction:
    see `relative_similarity`.
    """
    asked = 0
    while (n := int(labels.max()) + 1) > low:
        seconds = np.bincount(labels, units.speech_s, n)
        smallest = np.argsort(seconds, kind="stable")
        if asked == n or seconds[smallest[asked]] >= least_s:
            break
        own = labels == smallest[asked]
        similarity = relative_similarity(units.vectors, labels, own)
        if similarity.max() >= least:
            labels, asked = numbered(np.where(own, int(similarity.argmax()), labels)), 0
        else:
            asked += 1
    return labels


def relative_similarity(vectors: np.ndarray, labels: np.ndarray, own: np.ndarray) -> np.ndarray:
    """Similarity of the embeddings `own` to each group as a fraction of the 5th percentile of that
    of its own embeddings: float64 (n_groups,).

    Similarity to a group is the mean cosine to all (other) embeddings of it. -inf where a group has
    fewer than MIN_CLUSTER embeddings, or is `own` itself.
    """
    fraction = np.full(int(labels.max()) + 1, -np.inf)
    middle = vectors[own].mean(0)
    for k in np.flatnonzero(np.bincount(labels) >= MIN_CLUSTER).tolist():
        members = vectors[labels == k]
        total = members @ members.sum(0) - np.einsum("ij,ij->i", members, members)
        low = float(np.quantile(total / (len(members) - 1), LOW_PERCENTILE))
        if low > 0 and not own[labels == k].any():
            fraction[k] = float(middle @ members.mean(0)) / low
    return fraction


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
