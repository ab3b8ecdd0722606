"""Whether two groups of embeddings are one speaker: a calibrated probability instead of a fixed
similarity.

Noise lowers all cosines of a recording, a narrow channel raises those of different speakers. Both
leave alone the cosine between the *true* directions of two groups. It is estimated from the mean
cosine across the groups, over that within each of them, as Spearman corrects a correlation for
attenuation ("The proof and measurement of association between two things", American Journal of
Psychology 15, 1904). A logistic model of three numbers makes a probability of it and of the length
of the shorter group: few embeddings tell little, so less similarity must do. A short group beside a
speaker who has many times its speech is more likely one of his odd utterances than somebody new:
the prior of joining a speaker grows with his speech, as in the Chinese restaurant process (Aldous,
"Exchangeability and related topics", 1985).
"""

from __future__ import annotations

import attrs
import numpy as np

from vsat_plugins.cluster.units import SAMPLE_RATE, Units, neighbours

# log odds of one speaker: SLOPE (DISTANCE + EXTRA HALF_S / (s + HALF_S) - (1 - similarity)), s the
# seconds of speech of the shorter group; fitted to pairs of groups of the tune conversations.
# DISTANCE is where the DER is least on readers who vary: docs/accuracy.md
SLOPE, DISTANCE, EXTRA, HALF_S = 16.7, 0.154, 0.62, 1.5
# added to them: PRIOR ln(the longer group's seconds over max(s, LONG_S)), at most MOST_PRIOR
PRIOR, LONG_S, MOST_PRIOR = 2.5, 30.0, 4.0
PRIOR_PAIRS = 3.0  # pairs that the similarity within a group is shrunk by
PRIOR_WITHIN = 0.85  # to this share of the recording's within-speaker similarity
LEAST_WITHIN = 0.01


@attrs.frozen
class Merges:
    """Groups of embeddings, and their merges, the most probable one first.

    `labels` int64 (n,): the group of each embedding, 0 to k - 1. With merge i group `gone[i]`
    becomes part of group `stays[i]`, int64 (m,), and `odds` float64 (m,) are the log odds that they
    are one speaker. `left` float64 (k, k) are those of what is left after the last merge, -inf for
    groups that are no more.
    """

    labels: np.ndarray
    gone: np.ndarray
    stays: np.ndarray
    odds: np.ndarray
    left: np.ndarray
    groups: Groups

    def after(self, n_merges: int) -> np.ndarray:
        """The group that each group belongs to after this number of merges, int64 (k,)."""
        group = np.arange(len(self.left))
        for gone, stays in zip(self.gone[:n_merges], self.stays[:n_merges], strict=True):
            group[group == gone] = stays
        return group


class Groups:
    """Sums over the groups of embeddings in order of time, which merging keeps up to date.

    `cross` float64 (k, k): sums of cosines over all pairs of two groups; `near` and `n_near` those
    over pairs that share sound, and how many: such pairs are similar whoever speaks. `size` and
    `speech_s` (k,) count embeddings and their speech; `within` (k,) is the mean cosine of two
    embeddings of a group.
    """

    def __init__(self, units: Units, labels: np.ndarray, within: float) -> None:
        k = int(labels.max()) + 1
        member = (labels == np.arange(k)[:, None]).astype(float)
        total = member @ units.vectors
        self.cross = total @ total.T
        self.own = member @ np.einsum("ij,ij->i", units.vectors, units.vectors)
        self.size, self.speech_s = member.sum(1), member @ units.speech_s
        width = units.seconds * SAMPLE_RATE
        left, right = neighbours(units.center, float(width.max()))
        shared = np.abs(units.center[left] - units.center[right]) < (width[left] + width[right]) / 2
        left, right = left[shared], right[shared]
        cosine = np.einsum("ij,ij->i", units.vectors[left], units.vectors[right])
        pair = labels[left] * k + labels[right]
        self.near = np.bincount(pair, cosine, k * k).reshape(k, k)
        self.n_near = np.bincount(pair, minlength=k * k).reshape(k, k).astype(float)
        self.prior = PRIOR_WITHIN * within
        self.within = np.array([self._within(g) for g in range(k)])

    def _within(self, g: int) -> float:
        """Mean cosine of two embeddings of a group that share no sound."""
        pairs = (self.size[g] ** 2 - self.size[g] - self.n_near[g, g]) / 2
        total = (self.cross[g, g] - self.own[g] - self.near[g, g]) / 2
        shrunk = (total + PRIOR_PAIRS * self.prior) / (pairs + PRIOR_PAIRS)
        return max(float(shrunk), LEAST_WITHIN)

    def similarity(self, rows: np.ndarray) -> np.ndarray:
        """Cosine of the true directions of groups `rows` int64 (m,) and each other group, float64
        (m, k).
        """
        mean = self.cross[rows] / (self.size[rows, None] * self.size)
        similarity: np.ndarray = mean / np.sqrt(self.within[rows, None] * self.within)
        return similarity

    def odds(self, rows: np.ndarray) -> np.ndarray:
        """Log odds that groups `rows` int64 (m,) and each other group are one speaker, float64
        (m, k).
        """
        shorter = np.minimum(self.speech_s[rows, None], self.speech_s)
        limit = DISTANCE + EXTRA * HALF_S / (shorter + HALF_S)
        odds: np.ndarray = SLOPE * (limit - (1 - self.similarity(rows)))
        longer = np.maximum(self.speech_s[rows, None], self.speech_s)
        times = longer / np.maximum(shorter, LONG_S)
        odds += np.minimum(PRIOR * np.log(np.maximum(times, 1.0)), MOST_PRIOR)
        return odds

    def merge(self, gone: int, stays: int) -> None:
        """Add what `gone` has to `stays`; it has nothing afterwards, but its row stays."""
        for table in (self.cross, self.near, self.n_near):
            table[stays] += table[gone]
            table[:, stays] += table[:, gone]
        for row in (self.own, self.size, self.speech_s):
            row[stays] += row[gone]
        self.within[stays] = self._within(stays)


def merges_of(units: Units, labels: np.ndarray, within: float, least: float) -> Merges:
    """Merges of groups 0 to k - 1 of embeddings in order of time while their log odds are `least`
    and more. `within` is the recording's within-speaker similarity.
    """
    groups = Groups(units, labels, within)
    k = len(groups.size)
    odds = groups.odds(np.arange(k))
    np.fill_diagonal(odds, -np.inf)
    steps: list[tuple[int, int, float]] = []
    while len(steps) < k - 1:
        a, b = sorted(divmod(int(odds.argmax()), k))
        if odds[a, b] < least:
            break
        steps.append((b, a, float(odds[a, b])))
        groups.merge(b, a)
        odds[b] = odds[:, b] = -np.inf
        odds[a] = odds[:, a] = np.where(odds[a] > -np.inf, groups.odds(np.array([a]))[0], -np.inf)
    columns = np.array(steps).reshape(-1, 3).T
    return Merges(labels, columns[0].astype(int), columns[1].astype(int), columns[2], odds, groups)
