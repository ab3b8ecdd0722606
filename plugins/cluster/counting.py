"""How many speakers there are: where the merging of groups ends, and which groups are speakers.

Merging ends where two groups are rather two speakers than one. A group is a speaker if it has
enough speech that stands out of the noise; what is left over, noise and music that the detector let
through among it, joins the most similar speaker.
"""

from __future__ import annotations

import math

import attrs
import numpy as np

from vsat_plugins.cluster import ClusterParams
from vsat_plugins.cluster.evidence import Merges, merges_of
from vsat_plugins.cluster.units import Units

SHORT_SNR_DB, SHORT_ODDS = 15.0, -1.5  # of a short speaker: level, and odds of being another one
SHORT = 0.5  # of the least speech of a speaker: enough for one that the user knows of
DOUBT = 1 / 3  # another number of speakers is named from this probability on
SURE = 2.0  # a speaker with less than this multiple of the least speech may be none


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
    seconds = np.bincount(labels, units.speech_s)
    clear_s = np.bincount(labels, units.speech_s * clear(units, params.min_snr_db))
    least = log_odds(params.same_speaker_probability)
    merges = merges_of(units, labels, within, least)
    clear_s += lent(units, labels, merges, clear_s, params)
    found = counts(merges, clear_s, params.min_speaker_s)
    n_merges = len(merges.odds)
    if found[-1] > high:
        merges = merges_of(units, labels, within, -np.inf)
        found = counts(merges, clear_s, params.min_speaker_s)
        n_merges += int(np.flatnonzero(found[n_merges:] <= high)[0])
    n_speakers = int(found[n_merges])
    if n_speakers < low:
        n_merges, n_speakers = more(merges, clear_s, n_merges, params.min_speaker_s, low)
    groups = merges.after(n_merges)
    # of groups of equal clear speech those with most speech of any kind, then the first
    order = np.lexsort((-np.bincount(groups, seconds), -np.bincount(groups, clear_s)))
    number = np.full(len(seconds), -1)
    number[np.sort(order[:n_speakers])] = np.arange(n_speakers)
    doubts = perhaps(merges, clear_s, number >= 0, params.min_speaker_s, least)
    return Speakers(number[groups[labels]], tuple(n for n in doubts if low <= n <= high))


def clear(units: Units, min_snr_db: float) -> np.ndarray:
    """Which embeddings are of sound that stands out of the noise, bool (n,): by `min_snr_db`, or in
    a noisier recording by half of what its embeddings do.
    """
    return units.snr_db >= min(min_snr_db, float(np.median(units.snr_db)) / 2)


def lent(
    units: Units, labels: np.ndarray, merges: Merges, clear_s: np.ndarray, params: ClusterParams
) -> np.ndarray:
    """Seconds that each group lacks for being a speaker, if its sound is short, but clear and
    surely of nobody else after all merges; else 0: float64 (k,).
    """
    groups, odds = merges.after(len(merges.odds)), merges.left.max(1)
    clear = units.speech_s * (units.snr_db >= SHORT_SNR_DB)
    very_clear_s = np.bincount(groups[labels], clear, len(groups))
    missing_s = params.min_speaker_s - np.bincount(groups, clear_s, len(groups))
    sure = (odds <= SHORT_ODDS) & (very_clear_s >= params.min_short_speaker_s)
    left = groups == np.arange(len(groups))
    return np.where(left & sure, np.maximum(missing_s, 0.0), 0.0)


def log_odds(probability: float) -> float:
    """Infinite for 0 and 1.

    >>> log_odds(0.5)
    0.0
    """
    if probability in (0, 1):
        return math.copysign(math.inf, probability - 0.5)
    return math.log(probability / (1 - probability))


def counts(merges: Merges, clear_s: np.ndarray, least_s: float) -> np.ndarray:
    """How many groups have at least `least_s` of speech after 0, 1, ... merges, at least 1; int64
    (m + 1,). `clear_s` float64 (k,) is the speech of each group before them.
    """
    seconds = clear_s.copy()
    found = [int((seconds >= least_s).sum())]
    for a, b in zip(merges.gone.tolist(), merges.stays.tolist(), strict=True):
        before = int(seconds[a] >= least_s) + int(seconds[b] >= least_s)
        seconds[b] += seconds[a]
        found.append(found[-1] - before + int(seconds[b] >= least_s))
    return np.maximum(found, 1)


def more(
    merges: Merges, clear_s: np.ndarray, n_merges: int, least_s: float, low: int
) -> tuple[int, int]:
    """Number of merges, at most `n_merges`, and of the groups with most speech that are speakers
    then, where `low` are demanded: shorter speakers are let in, then merges undone.
    """
    if counts(merges, clear_s, SHORT * least_s)[n_merges] >= low:
        return n_merges, low
    before = np.flatnonzero(counts(merges, clear_s, least_s)[:n_merges] >= low)
    if len(before):
        return int(before[-1]), low
    n_groups = len(clear_s)
    return min(n_merges, max(0, n_groups - low)), min(low, n_groups)


def perhaps(
    merges: Merges, clear_s: np.ndarray, founder: np.ndarray, least_s: float, least: float
) -> tuple[int, ...]:
    """One speaker fewer where two of them may be one, or one has hardly enough speech; one more
    where a merge of two groups with enough speech is doubtful. `founder` bool (k,): the groups that
    are speakers.
    """
    n, doubt = int(founder.sum()), log_odds(DOUBT)
    between = merges.left[np.ix_(founder, founder)].max() - least
    shortest_s = np.bincount(merges.after(len(merges.odds)), clear_s, len(clear_s))[founder].min()
    fewer = n > 1 and (between > doubt or shortest_s < SURE * least_s)
    numbers = [n - 1] if fewer else []
    seconds = clear_s.copy()
    for a, b, odds in zip(
        merges.gone.tolist(), merges.stays.tolist(), merges.odds.tolist(), strict=True
    ):
        if min(seconds[a], seconds[b]) >= least_s and least < odds < least - doubt:
            return (*numbers, n + 1)
        seconds[b] += seconds[a]
    return tuple(numbers)
