"""Repeated timings summed up honestly, and two sets of them compared in a way that may say
"tie".
"""

import math
from collections.abc import Sequence
from typing import Any, Literal

import attrs
import numpy as np
from scipy import stats

DRAWS = 1000
SEED = 20_260_101
OUTLIER_Z = 3.5  # modified z-score (Iglewicz and Hoaglin 1993, How to Detect and Handle Outliers)
MAD_TO_SIGMA = 1.4826
UNSTABLE = 0.10  # relative MAD from which a machine counts as unstable
SHORT_S = 1e-3
SLOW_FIRST = 1.5
EQUAL = 1e-12
ALPHA, FLOOR = 0.02, 0.01  # of a test, and how far from 1 a ratio must be to differ
Verdict = Literal["faster", "slower", "tie", "inconclusive"]
Times = Sequence[Sequence[float]]  # the calls of each process


@attrs.frozen
class Summary:
    """One quantity measured n times. `median` is that of the processes' medians; `low` and `high`
    bound it with 95 %.

    The bootstrap resamples processes, and the calls within each; one process alone cannot tell how
    much processes differ, so its interval is too narrow.
    """

    n: int
    processes: int
    median: float
    mad: float
    minimum: float
    low: float
    high: float
    outliers: int


def summarise(times: Times) -> Summary:
    """The summary of at least one call. Raises ValueError when there is none."""
    processes = [np.asarray(p, float) for p in times if len(p)]
    if not processes:
        raise ValueError("summarise needs at least one value")
    x = np.concatenate(processes)
    centre = float(np.median(x))
    mad = float(np.median(np.abs(x - centre)))
    drawn = resampled(times, DRAWS, np.random.default_rng(SEED))
    low, high = np.percentile(drawn, [2.5, 97.5]).tolist()
    outliers = int(np.sum(np.abs(x - centre) > OUTLIER_Z * MAD_TO_SIGMA * mad)) if mad > 0 else 0
    median = float(np.median([np.median(p) for p in processes]))
    return Summary(len(x), len(processes), median, mad, float(x.min()), low, high, outliers)


def resampled(times: Times, draws: int, rng: np.random.Generator) -> np.ndarray:
    """The median of the processes' medians as it might have been: float64 (draws,), processes and
    the calls within each resampled.
    """
    processes = [np.asarray(p, float) for p in times if len(p)]
    medians = np.stack(
        [np.median(p[rng.integers(0, len(p), (draws, len(p)))], axis=1) for p in processes], axis=1
    )
    chosen = rng.integers(0, len(processes), (draws, len(processes)))
    return np.asarray(np.median(np.take_along_axis(medians, chosen, axis=1), axis=1))


def warnings_for(seconds: Times, first_s: float | None = None) -> list[str]:
    """What makes these timings doubtful, each with its cause and remedy; `first_s` is the call
    dropped before them.
    """
    summary, warnings = summarise(seconds), []
    if summary.n == 1:
        warnings.append(
            "one call only, which says nothing of its spread; raise --rounds or --budget"
        )
    if summary.median and MAD_TO_SIGMA * summary.mad / summary.median > UNSTABLE:
        warnings.append(
            "times vary by more than 10 %: the machine is busy; close other programs or raise "
            "--rounds"
        )
    if summary.outliers:
        warnings.append(
            f"{summary.outliers} of {summary.n} times are outliers; raise --rounds; medians are "
            "shown"
        )
    if summary.median < SHORT_S:
        warnings.append("under 1 ms a call: too short to time well; use a longer recording")
    if first_s is not None and first_s > SLOW_FIRST * max(
        *(s for p in seconds for s in p), SHORT_S
    ):
        times = first_s / summary.median
        warnings.append(
            f"the first call took {times:.1f} times as long and was dropped: caches were cold"
        )
    return warnings


@attrs.frozen
class TimeComparison:
    """New against base: `ratio` of times (below 1 is faster) with its 95 % interval over `n` pairs
    of processes.
    """

    ratio: float
    low: float
    high: float
    p_value: float
    n: int
    verdict: Verdict


def compare(base: Times, new: Times) -> TimeComparison:
    """Compare two cells of one measurement, process by process. Raises ValueError unless both have
    a process.

    Each pair of processes that ran in the same pass gives one value: the median log ratio of their
    calls, round by round, since calls of one round met the same load. "tie" unless Student's t-test
    on these rejects at ALPHA and the mean ratio is further from 1 than FLOOR. One pair cannot
    tell how much processes differ: its verdict is "inconclusive" and its interval has no bounds.
    """
    pairs = [(a, b) for a, b in zip(base, new, strict=False) if len(a) and len(b)]
    if not pairs:
        raise ValueError("compare needs a process of each with at least one call")
    logs = np.array(
        [np.median([np.log(y / x) for x, y in zip(a, b, strict=False)]) for a, b in pairs]
    )
    same = np.ptp(logs) < EQUAL
    test = None if same or len(logs) == 1 else stats.ttest_1samp(logs, 0.0)
    return _judged(float(logs.mean()), len(logs), test)


def compare_apart(base: Times, new: Times) -> TimeComparison:
    """New against base where the processes of the two were not interleaved, so that they are no
    pairs.

    The ratio is that of the geometric means of the processes' medians, its interval and the verdict
    those of Welch's t-test on their logarithms (Welch 1947), as in
    `compare`. With one process of either there are no bounds. `n` is the smaller
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
    return _judged(float(np.mean(after) - np.mean(before)), n, test)


def _judged(log_ratio: float, n: int, test: Any) -> TimeComparison:
    """The comparison from a t-test on logarithms; None where it would divide by zero."""
    ratio = math.exp(log_ratio)
    if n == 1:
        return TimeComparison(ratio, 0.0, math.inf, 1.0, n, "inconclusive")
    if test is None:  # such as a file compared with itself
        low, high, p_value = ratio, ratio, float(abs(ratio - 1) < EQUAL)
    else:
        low, high = (float(np.exp(x)) for x in test.confidence_interval(0.95))
        p_value = float(test.pvalue)
    verdict: Verdict = "tie"
    if p_value < ALPHA and abs(ratio - 1) > FLOOR:
        verdict = "faster" if ratio < 1 else "slower"
    return TimeComparison(ratio, low, high, p_value, n, verdict)
