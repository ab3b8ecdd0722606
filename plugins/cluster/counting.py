"""How many speakers there are: where the merging of groups ends, and which groups are speakers.

Merging ends where two groups are rather two speakers than one. A group is a speaker if it probably
is one (founding.py); what is left over, noise and music that the detector let through among it,
joins the most similar speaker.
"""

from __future__ import annotations

import math

import attrs
import numpy as np

from vsat_plugins.cluster import ClusterParams
from vsat_plugins.cluster.evidence import Merges, merges_of
from vsat_plugins.cluster.founding import founding_odds, in_speakers
from vsat_plugins.cluster.units import Units

SHORT = 0.5  # of the least speech of a speaker: enough for one that the user knows of
DOUBT = 1 / 3  # another number of speakers is named from this probability on


@attrs.frozen
class Speakers:
    """`labels` int64 (n,): the speaker of each embedding, 0, 1, ..., or -1 where it founds none;
    `perhaps`: other numbers of speakers that are possible.
    """

    labels: np.ndarray
    perhaps: tuple[int, ...]


def speakers_of(
    units: Units, labels: np.ndarray, params: ClusterParams, within: float, low: int, high: int
) -> Speakers:
    """Speakers among groups 0 to k - 1 of embeddings in order of time: `low` to `high`, or all
    groups where there are fewer than `low`. `within` is the recording's within-speaker similarity.
    """
    least = log_odds(params.same_speaker_probability)
    merges = merges_of(units, labels, within, least)
    odds = founding_odds(units, labels, merges, params.min_speaker_s)
    speech = in_speakers(units, labels, merges, odds, params.min_speaker_s)
    found = counts(merges, speech)
    n_merges = len(merges.odds)
    if found[-1] > high:
        merges = merges_of(units, labels, within, -np.inf)
        found = counts(merges, speech)
        n_merges += int(np.flatnonzero(found[n_merges:] <= high)[0])
    n_speakers = int(found[n_merges])
    if n_speakers < low:
        n_merges, n_speakers = more(merges, speech, n_merges, low)
    groups = merges.after(n_merges)
    order = np.argsort(-np.bincount(groups, speech), kind="stable")
    number = np.full(len(speech), -1)
    number[np.sort(order[:n_speakers])] = np.arange(n_speakers)
    doubts = perhaps(merges, speech, odds, number >= 0, least)
    return Speakers(number[groups[labels]], tuple(n for n in doubts if low <= n <= high))


def log_odds(probability: float) -> float:
    """Infinite for 0 and 1.

    >>> log_odds(0.5)
    0.0
    """
    if probability in (0, 1):
        return math.copysign(math.inf, probability - 0.5)
    return math.log(probability / (1 - probability))


def counts(merges: Merges, speech: np.ndarray, least: float = 1.0) -> np.ndarray:
    """How many groups have at least `least` of speech after 0, 1, ... merges, at least 1; int64 (m
    + 1,). `speech` float64 (k,) is that of each group before them, in multiples of a speaker's.
    """
    amount = speech.copy()
    found = [int((amount >= least).sum())]
    for a, b in zip(merges.gone.tolist(), merges.stays.tolist(), strict=True):
        before = int(amount[a] >= least) + int(amount[b] >= least)
        amount[b] += amount[a]
        found.append(found[-1] - before + int(amount[b] >= least))
    return np.maximum(found, 1)


def more(merges: Merges, speech: np.ndarray, n_merges: int, low: int) -> tuple[int, int]:
    """Number of merges, at most `n_merges`, and of the groups with most speech that are speakers
    then, where `low` are demanded: shorter speakers are let in, then merges undone.
    """
    if counts(merges, speech, SHORT)[n_merges] >= low:
        return n_merges, low
    before = np.flatnonzero(counts(merges, speech)[:n_merges] >= low)
    if len(before):
        return int(before[-1]), low
    n_groups = len(speech)
    return min(n_merges, max(0, n_groups - low)), min(low, n_groups)


def perhaps(
    merges: Merges, speech: np.ndarray, odds: np.ndarray, founder: np.ndarray, least: float
) -> tuple[int, ...]:
    """One speaker fewer where two of them may be one, or one may be none; one more where another
    group may be one, or a merge of two groups with enough speech is doubtful. `odds` float64 (k,)
    are those of speakers, `founder` bool (k,) the groups that are speakers.
    """
    n, doubt = int(founder.sum()), log_odds(DOUBT)
    between = merges.left[np.ix_(founder, founder)].max() - least
    fewer = n > 1 and (between > doubt or odds[founder].min() < -doubt)
    numbers = [n - 1] if fewer else []
    if np.any(odds[~founder] > doubt):
        return (*numbers, n + 1)
    amount = speech.copy()
    for a, b, same in zip(
        merges.gone.tolist(), merges.stays.tolist(), merges.odds.tolist(), strict=True
    ):
        if min(amount[a], amount[b]) >= 1 and least < same < least - doubt:
            return (*numbers, n + 1)
        amount[b] += amount[a]
    return tuple(numbers)
