"""What changed between two recorded results: operation by operation, file by file, with what is
certain of it.
"""

import math
from collections.abc import Sequence
from typing import Any

import attrs

from vsat_core.measure.results_file import Recorded
from vsat_core.measure.statistics import TimeComparison, Times, compare, compare_apart

TIME = "elapsed_seconds"
METRICS = (TIME, "prepare_cold_seconds", "memory_peak_mb", "memory_delta_mb")
WHOLE = "whole"
FLOOR, FLOOR_MB, FLOOR_S = 0.05, 2.0, 0.02  # single values that differ less than both are a tie


@attrs.frozen
class Gain:
    """One metric of one operation on one file. `improvement` is in percent of the baseline,
    positive where less is needed; `low` and `high` are its 95 % interval, None for a metric that
    was taken once.
    """

    operation: str
    file: str
    metric: str
    baseline: float
    optimized: float
    improvement: float
    low: float | None
    high: float | None
    verdict: str


@attrs.frozen
class Overall:
    """All files of one operation together: the geometric mean of the ratios of times, as
    improvement in percent.
    """

    operation: str
    files: int
    improvement: float
    low: float
    high: float
    verdict: str


def gains(
    base: Recorded, new: Recorded, metrics: Sequence[str] = METRICS
) -> tuple[list[Gain], list[str]]:
    """What both have, in the order of the baseline; and one line for each thing that cannot be
    compared.
    """
    rows, problems = [], []
    for operation, file, row in base.rows():
        other = new.results.get(operation, {}).get(file)
        if other is None:
            problems.append(f"{operation} {file}: only in {base.path}")
            continue
        failed = [
            f"{operation} {file}: failed in {r.path} ({_reason(x)})"
            for r, x in ((base, row), (new, other))
            if "failure" in x
        ]
        problems += failed
        for metric in () if failed else metrics:
            sides = [_number(r.get(metric)) for r in (row, other)]
            if None not in sides:
                rows.append(_gain(operation, file, metric, row, other))
            elif sides != [None, None]:
                where = base.path if sides[1] is None else new.path
                problems.append(f"{operation} {file}: {metric} only in {where}")
    problems += [
        f"{operation} {file}: only in {new.path}"
        for operation, file, _ in new.rows()
        if file not in base.results.get(operation, {})
    ]
    return rows, problems


def overall(base: Recorded, new: Recorded) -> Overall | None:
    """All files that both ran end to end; None without any."""
    before, after = base.results.get(WHOLE, {}), new.results.get(WHOLE, {})
    both = [
        f for f in before if f in after and "failure" not in before[f] and "failure" not in after[f]
    ]
    if not both:
        return None
    if all(_alike(before[f]["seconds"], after[f]["seconds"]) for f in both):
        comparison = compare(
            [p for f in both for p in before[f]["seconds"]],
            [p for f in both for p in after[f]["seconds"]],
        )
    else:
        comparison = _mean([_compared(before[f]["seconds"], after[f]["seconds"]) for f in both])
    return Overall(
        WHOLE,
        len(both),
        _percent(comparison.ratio),
        _percent(comparison.high),
        _percent(comparison.low),
        comparison.verdict,
    )


def _gain(
    operation: str, file: str, metric: str, row: dict[str, Any], other: dict[str, Any]
) -> Gain:
    before, after = float(row[metric]), float(other[metric])
    cell = operation, file, metric, before, after
    if metric == TIME:
        comparison = _compared(row["seconds"], other["seconds"])
        bounds = _percent(comparison.high), _percent(comparison.low)
        return Gain(*cell, _percent(comparison.ratio), *bounds, comparison.verdict)
    improvement = _percent(after / before) if before > 0 else math.nan
    seconds = metric.endswith("_seconds")
    tie = abs(after - before) <= max(FLOOR * abs(before), FLOOR_S if seconds else FLOOR_MB)
    verdicts = ("faster", "slower") if seconds else ("less", "more")
    return Gain(*cell, improvement, None, None, "tie" if tie else verdicts[after > before])


def _alike(before: Times, after: Times) -> bool:
    """Whether both have the same numbers of processes and calls, so that they pair."""
    return [len(p) for p in before] == [len(p) for p in after]


def _compared(before: Times, after: Times) -> TimeComparison:
    """Pair by pair where there are as many processes and calls of each, else as independent
    samples.
    """
    return compare(before, after) if _alike(before, after) else compare_apart(before, after)


def _mean(comparisons: Sequence[TimeComparison]) -> TimeComparison:
    """Comparisons of several files as one: geometric means of ratios and bounds; sure only where
    all agree.
    """
    ratio, low, high = (
        math.exp(sum(math.log(x) if x > 0 else -math.inf for x in xs) / len(comparisons))
        if all(map(math.isfinite, xs))
        else math.inf
        for xs in zip(*((c.ratio, c.low, c.high) for c in comparisons), strict=True)
    )
    verdicts = {c.verdict for c in comparisons}
    verdict = verdicts.pop() if len(verdicts) == 1 else "inconclusive"
    return TimeComparison(
        ratio,
        low,
        high,
        max(c.p_value for c in comparisons),
        min(c.n for c in comparisons),
        verdict,
    )


def _percent(ratio: float) -> float:
    return 100 * (1 - ratio)


def _number(value: Any) -> float | None:
    return float(value) if isinstance(value, int | float) and math.isfinite(value) else None


def _reason(row: dict[str, Any]) -> str:
    failure = row["failure"]
    return str(failure.get("reason", failure)) if isinstance(failure, dict) else str(failure)
