"""Whether the order of several candidates by errors holds over recordings: average ranks,
Friedman's test, and Nemenyi's critical difference.

Of the tests of Demšar ("Statistical Comparisons of Classifiers over Multiple Data Sets", JMLR 7,
2006, section 3.2) this is the one that can find a difference on five recordings. Wilcoxon's test of
every pair with Holm's correction (Benavoli, Corani and Mangili, JMLR 17, 2016) does not depend on
which other candidates take part, but cannot be significant there: its smallest p on five recordings
is 0.06.
"""

import attrs
import numpy as np

LEVEL = 0.05
MIN_CANDIDATES = 3  # Friedman's test compares three or more


@attrs.frozen
class Ranking:
    """Candidates over recordings. `ranks`: average rank of each, float64 (k,), 1 for the fewest
    errors; `p` that of Friedman's test, corrected for ties; `critical` the difference of average
    ranks from which on two differ; `groups`: first and last of candidates sorted by rank that do
    not differ, the longest such runs only.
    """

    ranks: np.ndarray
    p: float
    critical: float
    groups: tuple[tuple[int, int], ...]


def ranking(errors: np.ndarray) -> Ranking:
    """Rank candidates by their errors, float64 (k candidates, n recordings).

    Where Friedman's test sees no difference at all, no pair is said to differ. Raises ValueError
    with fewer than three candidates, or where all have the same errors everywhere.
    """
    from scipy.stats import friedmanchisquare, rankdata  # slow to import, wanted only here

    k, n = errors.shape
    if k < MIN_CANDIDATES or (errors == errors[0]).all():
        raise ValueError("ranking needs three candidates that do not all have the same errors")
    ranks = rankdata(errors, axis=0).mean(axis=1)
    p = float(friedmanchisquare(*errors).pvalue)
    critical = critical_difference(k, n)
    return Ranking(ranks, p, critical, groups(ranks, critical if p < LEVEL else np.inf))


def critical_difference(k: int, n: int) -> float:
    """Nemenyi's critical difference of average ranks for k candidates over n recordings: Demšar's
    section 3.2.2, where q is the studentised range for infinite degrees of freedom by sqrt(2).
    """
    from scipy.stats import studentized_range  # slow to import, wanted only here

    q = studentized_range.ppf(1 - LEVEL, k, np.inf) / np.sqrt(2)
    return float(q * np.sqrt(k * (k + 1) / (6 * n)))


def groups(ranks: np.ndarray, critical: float) -> tuple[tuple[int, int], ...]:
    """First and last of the candidates sorted by rank that do not differ: runs of two or more
    that are not inside of another one.
    """
    ordered = np.sort(ranks)
    lasts = np.searchsorted(ordered, ordered + critical, side="left") - 1
    before = np.r_[0, lasts[:-1]]
    return tuple(
        (int(i), int(lasts[i]))
        for i in np.flatnonzero(lasts > np.maximum(before, range(len(lasts))))
    )
