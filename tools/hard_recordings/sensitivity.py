"""Settings moved by a fifth, one at a time: does a result hang on one value?"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

import attrs

from tools.hard_recordings.scores import (
    COLLAR_S,
    DER,
    EXACT,
    WITHIN_ONE,
    Score,
    difference,
    estimate,
    scored,
)
from tools.hard_recordings.systems import Setup
from vsat_core.config.prepare import prepare
from vsat_core.evaluate.manifest import ManifestEntry

MOVED = 0.2


@attrs.frozen
class Row:
    """One setting at one value; `change` compares with all settings as they are."""

    setting: str
    value: float
    scores: tuple[Score, ...]


def moved(setup: Setup, names: Sequence[str], by: float = MOVED) -> Iterator[tuple[str, float]]:
    """(stages.X.key, value) below and above what the profile has. Whole numbers move by one at
    least. Raises ValueError for a setting that is no number.
    """
    profile = prepare(setup.profile, setup.settings, setup.plugins)
    for name in names:
        stage, key = name.removeprefix("stages.").split(".")
        value = getattr(profile.stages[stage].params, key)
        if not isinstance(value, int | float) or isinstance(value, bool):
            raise ValueError(f"{name} is {value!r}: only numbers can be moved")
        for sign in (-1, 1):
            step = sign * by * abs(value)
            other = value + (round(step) or sign) if isinstance(value, int) else value + step
            yield f"stages.{stage}.{key}", other


def sensitivity(
    setup: Setup,
    names: Sequence[str],
    entries: Sequence[ManifestEntry],
    tick: Callable[[str], None],
    by: float = MOVED,
) -> list[Row]:
    """The settings as they are, then each moved down and up. Stages before the one of a setting
    come from the cache.
    """
    ways: list[tuple[str, float, Setup]] = [("as it is", float("nan"), setup)]
    for name, value in moved(setup, names, by):
        settings = (*setup.settings, f"{name}={value:.6g}")
        ways.append((name.removeprefix("stages."), value, attrs.evolve(setup, settings=settings)))
    rows = []
    for name, value, way in ways:
        scores = scored(entries, way.files(entries, tick), COLLAR_S)
        rows.append(Row(name, value, tuple(scores.values())))
    return rows


def sensitivity_table(rows: Sequence[Row]) -> str:
    """DER, its change with an interval, and counts."""
    lines = ["| setting | value | DER | change | exact | within one |", "|---|--:|--:|--:|--:|--:|"]
    base = rows[0].scores
    for row in rows:
        value = "" if row is rows[0] else f"{row.value:.4g}"
        change = "" if row is rows[0] else str(difference(base, row.scores, DER))
        counts = [f"{100 * estimate(row.scores, p).value:.1f}" for p in (EXACT, WITHIN_ONE)]
        rate = f"{100 * estimate(row.scores, DER).value:.2f}"
        lines.append(f"| {row.setting} | {value} | {rate} | {change} | {' | '.join(counts)} |")
    return "\n".join(lines)
