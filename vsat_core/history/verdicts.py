"""Whether a series has become better or worse, since when, and what else changed then."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Literal

import attrs

from vsat_core.history.series import MetricSeries, Point
from vsat_core.history.steps import MIN_POINTS, Fit, fit, smallest_step
from vsat_core.measure.statistics import FLOOR

LAST = 30  # points that are looked at
THRESHOLD = 0.05  # a change that matters, unless the user says otherwise
SeriesVerdict = Literal[
    "faster", "slower", "less", "more", "better", "worse", "tie", "inconclusive"
]
BY_UNIT: dict[str, tuple[SeriesVerdict, SeriesVerdict]] = {  # less of it, more of it
    "s": ("faster", "slower"),
    "times real time": ("faster", "slower"),
    "MB": ("less", "more"),
    "%": ("better", "worse"),
}


@attrs.frozen
class Judgement:
    """What is known of a series. `change` is the last level against the best earlier one of the
    points looked at, as a share of that (positive is more), 0 without a step; `since` is the first
    point after that best level. `finds` is the smallest change that would be found.

    `also_changed` are the circumstances that changed with that point: "numpy 2.3.0 -> 2.4.6".
    """

    series: MetricSeries
    points: tuple[Point, ...]
    fit: Fit
    verdict: SeriesVerdict
    change: float = 0.0
    since: Point | None = None
    finds: float = math.inf
    also_changed: tuple[str, ...] = ()

    @property
    def worsening(self) -> float:
        """By which share more is needed, 0 where the verdict is no worsening."""
        worse = [more for _, more in BY_UNIT.values()]
        return self.change if self.verdict in worse else 0.0


def judge(series: MetricSeries, last: int = LAST, threshold: float = THRESHOLD) -> Judgement:
    """Look at the last points of a series. Every metric of a history is better when it is less."""
    points = series.points[-last:]
    found = fit([point.value for point in points])
    finds = smallest_step(len(points), found.noise)
    if len(found.levels) == 1:
        settled = len(points) >= 2 * MIN_POINTS and finds <= threshold
        return Judgement(series, points, found, "tie" if settled else "inconclusive", finds=finds)
    earlier = found.levels[:-1]
    best = min(range(len(earlier)), key=lambda i: (earlier[i], -i))
    change, place = _share(earlier[best], found.levels[-1]), found.bounds[best + 1]
    if abs(change) <= FLOOR:
        return Judgement(series, points, found, "tie", change, finds=finds)
    less, more = BY_UNIT[series.key.unit]
    also = _changed(points[place - 1], points[place])
    verdict = more if change > 0 else less
    return Judgement(series, points, found, verdict, change, points[place], finds, also)


def exceeding(judgements: Sequence[Judgement], threshold: float) -> list[Judgement]:
    """Those that became worse by more than a share."""
    return [one for one in judgements if one.worsening > threshold]


def _share(before: float, after: float) -> float:
    if before == 0:
        return 0.0 if after == 0 else math.copysign(math.inf, after)
    return (after - before) / abs(before)


def _changed(before: Point, after: Point) -> tuple[str, ...]:
    """Circumstances that both points know and that differ."""
    old, new = before.circumstances, after.circumstances
    pairs = ((name, old[name], new[name]) for name in old if name in new)
    return tuple(f"{name} {a} -> {b}" for name, a, b in pairs if a and b and a != b)
