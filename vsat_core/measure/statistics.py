"""Repeated timings summed up honestly, and two sets of them compared in a way that may say "tie"."""
from __future__ import annotations

from collections.abc import Sequence
from typing import Literal

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


@attrs.frozen
class Summary:
    """One quantity measured n times. `low` and `high` bound the median with 95 % (percentile bootstrap)."""

    n: int
    median: float
    mad: float
    minimum: float
    low: float
    high: float
    outliers: int


def summarise(values: Sequence[float]) -> Summary:
    """The summary of at least one value. Raises ValueError when there is none."""
    if len(values) == 0:
        raise ValueError("summarise needs at least one value")
    x = np.asarray(values, float)
    median = float(np.median(x))
    mad = float(np.median(np.abs(x - median)))
    low, high = _interval(x)
    outliers = int(np.sum(np.abs(x - median) > OUTLIER_Z * MAD_TO_SIGMA * mad)) if mad > 0 else 0
    return Summary(len(x), median, mad, float(x.min()), low, high, outliers)


def _interval(x: np.ndarray) -> tuple[float, float]:
    """The 2.5th and 97.5th percentile of the median over seeded resamples."""
    draws = np.random.default_rng(SEED).integers(0, len(x), (DRAWS, len(x)))
    low, high = np.percentile(np.median(x[draws], axis=1), [2.5, 97.5])
    return float(low), float(high)


def warnings_for(seconds: Sequence[float], first_s: float | None = None) -> list[str]:
    """What makes these timings doubtful, each with its cause and remedy; `first_s` is the call dropped before them."""
    summary, found = summarise(seconds), []
    if summary.median and MAD_TO_SIGMA * summary.mad / summary.median > UNSTABLE:
        found.append("times vary by more than 10 %: the machine is busy; close other programs or raise --rounds")
    if summary.outliers:
        found.append(f"{summary.outliers} of {summary.n} times are outliers; raise --rounds, the median is shown")
    if summary.median < SHORT_S:
        found.append("under 1 ms a call: too short to time well; use a longer recording")
    if first_s is not None and first_s > SLOW_FIRST * max(float(np.max(seconds)), SHORT_S):
        times = first_s / summary.median
        found.append(f"the first call took {times:.1f} times as long and was dropped: caches were cold")
    return found


@attrs.frozen
class Comparison:
    """New against base: `ratio` of medians of paired times (below 1 is faster) with its 95 % interval."""

    ratio: float
    low: float
    high: float
    p_value: float
    verdict: Literal["faster", "slower", "tie"]


def compare(base: Sequence[float], new: Sequence[float], alpha: float = 0.01, floor: float = 0.01) -> Comparison:
    """Compare times taken alternately, pair by pair. Raises ValueError unless both have the same length, 1 or more.

    "tie" unless the Wilcoxon signed-rank test on the log ratios (Wilcoxon 1945) rejects at `alpha` and the median ratio
    is further from 1 than `floor`, the noise that an A/A comparison shows.
    """
    if len(base) != len(new) or not len(base):
        raise ValueError(f"compare needs pairs: {len(base)} and {len(new)} values")
    logs = np.log(np.asarray(new, float)) - np.log(np.asarray(base, float))
    low, high = _interval(logs)
    ratio = float(np.exp(np.median(logs)))
    p_value = float(stats.wilcoxon(logs).pvalue) if np.any(logs != 0) else 1.0
    sure = p_value < alpha and abs(ratio - 1) > floor
    verdict: Literal["faster", "slower", "tie"] = "tie" if not sure else "faster" if ratio < 1 else "slower"
    return Comparison(ratio, float(np.exp(low)), float(np.exp(high)), p_value, verdict)
