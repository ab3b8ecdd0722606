"""Two results that were recorded one after the other, compared as independent samples of
processes.
"""

from __future__ import annotations

import math

import numpy as np
from scipy import stats

from vsat_core.measure.statistics import EQUAL, TimeComparison, Times, verdict_of


def compare_apart(
    base: Times, new: Times, alpha: float = 0.02, floor: float = 0.01
) -> TimeComparison:
    """New against base where the processes of the two were not interleaved, so that they are no
    pairs.

    The ratio is that of the geometric means of the processes' medians, its interval and the verdict
    those of Welch's t-test on their logarithms (Welch 1947), with `alpha` and `floor` as in
    `measure.statistics.compare`. With one process of either there are no bounds. `n` is the smaller
    number of processes. Raises ValueError without any.
    """
    before, after = (
        [math.log(float(np.median(p))) for p in times if len(p)] for times in (base, new)
    )
    if not before or not after:
        raise ValueError("compare_apart needs a process of each with at least one call")
    ratio, n = math.exp(np.mean(after) - np.mean(before)), min(len(before), len(after))
    if n == 1:
        return TimeComparison(ratio, 0.0, math.inf, 1.0, n, "inconclusive")
    if max(np.ptp(before), np.ptp(after)) < EQUAL:  # the test would divide by zero
        low, high, p_value = ratio, ratio, float(abs(ratio - 1) < EQUAL)
    else:
        test = stats.ttest_ind(after, before, equal_var=False)
        bounds = test.confidence_interval(0.95)
        low, high, p_value = math.exp(bounds.low), math.exp(bounds.high), float(test.pvalue)
    return TimeComparison(ratio, low, high, p_value, n, verdict_of(ratio, p_value, alpha, floor))
