"""Two results that were recorded one after the other, compared as independent samples of
processes.
"""

import math

import numpy as np
from scipy import stats

from vsat_core.measure.statistics import EQUAL, TimeComparison, Times, judged


def compare_apart(base: Times, new: Times) -> TimeComparison:
    """New against base where the processes of the two were not interleaved, so that they are no
    pairs.

    The ratio is that of the geometric means of the processes' medians, its interval and the verdict
    those of Welch's t-test on their logarithms (Welch 1947), as in
    `measure.statistics.compare`. With one process of either there are no bounds. `n` is the smaller
    number of processes. Raises ValueError without any.
    """
    before, after = (
        [math.log(float(np.median(p))) for p in times if len(p)] for times in (base, new)
    )
    if not before or not after:
        raise ValueError("compare_apart needs a process of each with at least one call")
    n = min(len(before), len(after))
    same = max(np.ptp(before), np.ptp(after)) < EQUAL
    test = None if same or n == 1 else stats.ttest_ind(after, before, equal_var=False)
    return judged(float(np.mean(after) - np.mean(before)), n, test)
