"""Judgements as plain values for JSON, and as the rows of a table."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

import attrs

from vsat_core.history.picture import short
from vsat_core.history.verdicts import BY_UNIT, Judgement

COLUMNS = (
    "profile",
    "operation",
    "recording",
    "metric",
    "commits",
    "latest",
    "change",
    "since",
    "noise",
    "finds",
    "verdict",
)
RIGHT = (4, 5, 6, 8, 9)


def as_json(judgements: Sequence[Judgement], last: int, threshold: float) -> dict[str, Any]:
    """Every series with its points and verdict; shares as fractions, null where unbounded."""
    return {
        "format": "vsat-history",
        "version": 1,
        "last": last,
        "threshold": threshold,
        "series": [_series(one) for one in judgements],
    }


def by_machine(judgements: Sequence[Judgement]) -> dict[str, list[Judgement]]:
    """The judgements of each machine and number of threads; worse first, then better."""
    groups: dict[str, list[Judgement]] = {}
    for one in sorted(judgements, key=_rank):
        key = one.series.key
        groups.setdefault(f"{key.machine}, {key.threads} threads", []).append(one)
    return groups


def row(one: Judgement) -> tuple[str, ...]:
    """The cells of COLUMNS."""
    key, latest = one.series.key, one.points[-1].value
    since = (short(one.since.commit) or one.since.time[:16]) if one.since else ""
    return (
        key.profile,
        key.operation,
        key.recording,
        key.metric,
        str(len(one.points)),
        f"{latest:.4g} {key.unit}",
        f"{100 * one.change:+.1f} %" if one.since else "",
        since,
        f"{100 * one.fit.noise:.1f} %" if len(one.points) > 1 else "",
        f"{100 * one.finds:.1f} %" if math.isfinite(one.finds) else "",
        one.verdict,
    )


def _series(one: Judgement) -> dict[str, Any]:
    return {
        **attrs.asdict(one.series.key),
        "verdict": one.verdict,
        "change": _finite(one.change),
        "since": one.since.commit or one.since.time if one.since else None,
        "also_changed": list(one.also_changed),
        "noise": one.fit.noise,
        "smallest_change_found": _finite(one.finds),
        "levels": [{"begin": a, "end": b, "level": level} for (a, b), level in one.fit.pieces],
        "points": [
            {k: v for k, v in attrs.asdict(p).items() if k != "circumstances"} for p in one.points
        ],
    }


def _rank(one: Judgement) -> tuple[int, float]:
    worse = [more for _, more in BY_UNIT.values()]
    better = [less for less, _ in BY_UNIT.values()]
    place = 0 if one.verdict in worse else 1 if one.verdict in better else 2
    return place, -abs(one.change)


def _finite(value: float) -> float | None:
    return value if math.isfinite(value) else None
