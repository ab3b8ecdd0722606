"""What all methods share: which prints are grouped, how many speakers may come out, and who
everybody else is.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from vsat_core.artifacts import SAMPLE_RATE, Embeddings, Speech, Turns
from vsat_core.plugin import Run, SpeakerCount
from vsat_plugins.cluster import ClusterParams
from vsat_plugins.cluster.turns import turns_of
from vsat_plugins.cluster.units import Units

ODD = 0.05  # of a voice's prints
VOICE = 4  # prints that tell how alike a voice is to itself

Grouping = Callable[
    [Units, int, int], np.ndarray
]  # prints, fewest and most groups -> a group for each


def diarized(
    embeddings: Embeddings,
    speech: Speech,
    params: ClusterParams,
    group: Grouping,
    run: Run,
    most_units: int,
) -> Turns:
    """Turns from one method's `group`, which sees at most `most_units` prints, in order of time.

    A number of speakers that was asked for and not found is a warning.
    """
    turns = _diarized(embeddings, speech, params, group, most_units)
    found, wanted = turns.n_speakers, params.num_speakers or params.min_speakers
    if found < wanted:
        run.warn(
            f"found {found} of the {wanted} speakers asked for: there is not enough speech to tell "
            "more apart"
        )
    return turns


def _diarized(
    embeddings: Embeddings, speech: Speech, params: ClusterParams, group: Grouping, most_units: int
) -> Turns:
    units = Units.of(embeddings, speech)
    if len(units) == 0:
        return Turns.of(speech.start, speech.end, np.zeros(len(speech.start), np.int64))
    low, high = limits(params, len(units))
    chosen = founders(units, params.min_print_s, low, most_units)
    heard = units.take(chosen)
    found = numbered(group(heard, low, min(high, len(heard))))
    found = doubted(found, heard, params.doubtful_talk_s, params.doubtful_alike, low)
    found = absorbed(found, heard.vectors, heard.talk, params.min_talk_s, low)
    labels = np.full(len(units), -1)
    labels[chosen] = found
    rest = labels < 0
    labels[rest] = (units.vectors[rest] @ centroids(heard.vectors, found).T).argmax(1)
    return turns_of(labels, units, speech, round(params.join_s * SAMPLE_RATE))


def limits(params: SpeakerCount, n: int) -> tuple[int, int]:
    """Fewest and most speakers among n prints, both within 1..n.

    >>> limits(SpeakerCount(min_speakers=2), 5)
    (2, 5)
    """
    if params.num_speakers:
        low = high = params.num_speakers
    else:
        low, high = params.min_speakers or 1, params.max_speakers or n
    low = min(low, n)
    return low, max(low, min(high, n))


def founders(units: Units, least_s: float, low: int, most: int) -> np.ndarray:
    """Indices, by time, of the prints that speakers are found from: those of enough sound, at most
    `most` of them.

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


def centroids(vectors: np.ndarray, labels: np.ndarray) -> np.ndarray:
    """Each group's average direction: float64 (n_groups, dim) of length 1."""
    sums = np.zeros((int(labels.max()) + 1, vectors.shape[1]))
    np.add.at(sums, labels, vectors)
    length = np.linalg.norm(sums, axis=1, keepdims=True)
    return sums / np.where(length > 0, length, 1.0)


def absorbed(
    labels: np.ndarray, vectors: np.ndarray, talk: np.ndarray, least_s: float, low: int
) -> np.ndarray:
    """Groups with less than `least_s` of talk given to the most similar group, smallest first,
    while over `low`.
    """
    while (n := int(labels.max()) + 1) > low:
        seconds = np.bincount(labels, talk, n)
        small = int(seconds.argmin())
        if seconds[small] >= least_s:
            break
        likeness = (centers := centroids(vectors, labels)) @ centers[small]
        likeness[small] = -np.inf
        labels = numbered(np.where(labels == small, int(likeness.argmax()), labels))
    return labels


def doubted(labels: np.ndarray, units: Units, least_s: float, least: float, low: int) -> np.ndarray:
    """Groups with less than `least_s` of talk given to a voice they may be a part of, smallest
    first, while over `low`.

    Noise and laughter tear prints off a voice that are hardly less like it than its own oddest
    ones; somebody else who says little is far from everybody. `least` is a share of how like its
    voice an odd print is: see `belonging`.
    """
    asked = 0
    while (n := int(labels.max()) + 1) > low:
        seconds = np.bincount(labels, units.talk, n)
        smallest = np.argsort(seconds, kind="stable")
        if asked == n or seconds[smallest[asked]] >= least_s:
            break
        own = labels == smallest[asked]
        share = belonging(units.vectors, labels, own)
        if share.max() >= least:
            labels, asked = numbered(np.where(own, int(share.argmax()), labels)), 0
        else:
            asked += 1
    return labels


def belonging(vectors: np.ndarray, labels: np.ndarray, own: np.ndarray) -> np.ndarray:
    """How like each group the prints `own` are, as a share of how like it its own oddest prints
    are: (n_groups,).

    Like means the mean cosine similarity to all (other) prints of the group; an odd print is less
    like its own group than all but ODD of it. -inf where a group has fewer than VOICE prints, or is
    `own` itself.
    """
    share = np.full(int(labels.max()) + 1, -np.inf)
    middle = vectors[own].mean(0)
    for k in np.flatnonzero(np.bincount(labels) >= VOICE).tolist():
        mine = vectors[labels == k]
        fit = (mine @ mine.sum(0) - np.einsum("ij,ij->i", mine, mine)) / (len(mine) - 1)
        odd = float(np.quantile(fit, ODD))
        if odd > 0 and not own[labels == k].any():
            share[k] = float(middle @ mine.mean(0)) / odd
    return share


def joined_up(
    labels: np.ndarray, vectors: np.ndarray, least: float, low: int, high: int
) -> np.ndarray:
    """The most similar groups joined while there are more than `high`, or more than `low` and they
    reach `least`.

    Similar is what average linkage calls so: the mean over all pairs of prints.
    """
    while (n := int(labels.max()) + 1) > low:
        sums = np.zeros((n, vectors.shape[1]))
        np.add.at(sums, labels, vectors)
        means = sums / np.bincount(labels)[:, None]
        likeness = means @ means.T
        likeness[np.tril_indices(n)] = -np.inf
        a, b = np.unravel_index(int(likeness.argmax()), likeness.shape)
        if n <= high and likeness[a, b] < least:
            break
        labels = numbered(np.where(labels == b, a, labels))
    return labels


def split_up(labels: np.ndarray, vectors: np.ndarray, low: int) -> np.ndarray:
    """The print least like its group set apart as a new one, until there are at least `low`
    groups.
    """
    labels = labels.copy()
    while (n := int(labels.max()) + 1) < min(low, len(labels)):
        fit = np.einsum("ij,ij->i", vectors, centroids(vectors, labels)[labels])
        fit[np.bincount(labels, minlength=n)[labels] < 2] = np.inf
        labels[int(fit.argmin())] = n
    return labels
