"""How sure a pooled rate is, and whether one system is better than another.

Recordings are resampled, never words or frames, because errors within a recording go together
(Bisani and Ney, "Bootstrap estimates for confidence intervals in ASR performance evaluation",
2004). With fewer than five recordings blocks of one are resampled instead (Liu and Peng, "Blockwise
bootstrap", 2019), and the result says so.
"""

from __future__ import annotations

import attrs
import numpy as np

from vsat_core.errors import VsatError

MIN_RECORDINGS = 5
BLOCK_S = 10.0
BLOCK_WORDS = 30  # about as long as BLOCK_S, where words have no times
DRAWS = 1000
LEVEL = 0.95
SEED = 20_260_101
WILCOXON_MIN = 6  # with fewer pairs the test cannot reach p < 0.05
WILCOXON_EXACT = 50


@attrs.frozen
class Units:
    """What is resampled: errors and totals, float64 (n,), of n recordings or blocks; `unit` names
    them.
    """

    errors: np.ndarray = attrs.field(converter=lambda a: np.asarray(a, np.float64))
    totals: np.ndarray = attrs.field(converter=lambda a: np.asarray(a, np.float64))
    unit: str = "recordings"

    def __len__(self) -> int:
        return len(self.errors)

    def __add__(self, other: Units) -> Units:
        if self.unit != other.unit:
            raise ValueError(f"{self.unit} and {other.unit} do not mix")
        errors = np.concatenate([self.errors, other.errors])
        return Units(errors, np.concatenate([self.totals, other.totals]), self.unit)

    @property
    def rate(self) -> float:
        """Errors over totals, all together."""
        return float(_rates(self.errors.sum(), self.totals.sum()))


@attrs.frozen
class Interval:
    """`low` to `high` holds the rate with probability `level`; `unit` and `n` say what was
    resampled.
    """

    low: float
    high: float
    unit: str
    n: int
    level: float = LEVEL
    draws: int = DRAWS


@attrs.frozen
class RateComparison:
    """The second system against the first.

    `difference` is rate of the second minus rate of the first, `low` to `high` its interval. `p` is
    that of the Wilcoxon signed-rank test over per-unit rates, None with fewer than six. `verdict`
    on the second: "better" (fewer errors), "worse", "tie" where there is no evidence of a
    difference, or "inconclusive" with fewer than two units.
    """

    difference: float
    low: float
    high: float
    p: float | None
    verdict: str
    unit: str
    n: int


def blocks(
    position: np.ndarray, errors: np.ndarray, totals: np.ndarray, size: float, unit: str
) -> Units:
    """Units of `size` along `position` (seconds, or word numbers): sums of errors and totals in
    each.
    """
    block = (np.asarray(position) // size).astype(np.int64)
    return Units(np.bincount(block, errors), np.bincount(block, totals), unit)


def bootstrap(
    units: Units, draws: int = DRAWS, level: float = LEVEL, seed: int = SEED
) -> Interval | None:
    """The percentile interval of the pooled rate; None with fewer than two units, which have no
    variance.
    """
    if len(units) < 2:
        return None
    chosen = _draws(len(units), draws, seed)
    rates = _rates(units.errors[chosen].sum(axis=1), units.totals[chosen].sum(axis=1))
    low, high = _percentiles(rates, level)
    return Interval(low, high, units.unit, len(units), level, draws)


def compare(
    first: Units, second: Units, draws: int = DRAWS, level: float = LEVEL, seed: int = SEED
) -> RateComparison:
    """Two systems on the same units in the same order, resampled together.

    Better or worse needs an interval that leaves out 0 and, from six units on, p < 1 - level as
    well. Raises VsatError if the units differ in number or kind.
    """
    if len(first) != len(second) or first.unit != second.unit:
        raise VsatError(
            f"two systems compare on the same recordings only: one was scored on {len(first)} "
            f"{first.unit}, "
            f"the other on {len(second)} {second.unit}"
        )
    difference = second.rate - first.rate
    if len(first) < 2:
        unknown = -np.inf, np.inf, None, "inconclusive"
        return RateComparison(difference, *unknown, first.unit, len(first))
    chosen = _draws(len(first), draws, seed)
    rates = [
        _rates(u.errors[chosen].sum(axis=1), u.totals[chosen].sum(axis=1)) for u in (first, second)
    ]
    low, high = _percentiles(rates[1] - rates[0], level)
    p = _wilcoxon(_rates(second.errors, second.totals) - _rates(first.errors, first.totals))
    verdict = "tie"
    if (low > 0 or high < 0) and (p is None or p < 1 - level):
        verdict = "better" if high < 0 else "worse"
    return RateComparison(difference, low, high, p, verdict, first.unit, len(first))


def _draws(n: int, draws: int, seed: int) -> np.ndarray:
    return np.random.default_rng(seed).integers(0, n, (draws, n))


def _rates(errors: np.ndarray, totals: np.ndarray) -> np.ndarray:
    """Errors over totals; where there is no total 0, or 1 with errors, as in every rate here."""
    errors, totals = np.asarray(errors, np.float64), np.asarray(totals, np.float64)
    return np.where(totals > 0, errors / np.where(totals > 0, totals, 1), errors > 0)


def _percentiles(values: np.ndarray, level: float) -> tuple[float, float]:
    low, high = np.percentile(values, [50 * (1 - level), 50 * (1 + level)])
    return float(low), float(high)


def _wilcoxon(differences: np.ndarray) -> float | None:
    """Two-sided p of the signed-rank test: exact for few units that all differ, else approximated;
    1 if none does.
    """
    if len(differences) < WILCOXON_MIN:
        return None
    if not np.any(differences):
        return 1.0
    from scipy.stats import wilcoxon  # slow to import, wanted only here

    sizes = np.unique(np.abs(differences))
    exact = len(sizes) == len(differences) <= WILCOXON_EXACT and sizes[0] > 0
    return float(
        wilcoxon(differences, zero_method="zsplit", method="exact" if exact else "approx").pvalue
    )
