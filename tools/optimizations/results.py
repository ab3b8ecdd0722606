"""The cumulative results: what all optimizations together change in time, memory and accuracy, row
by row.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import attrs
import numpy as np

from tests._support.stages import STAGES
from tools.optimizations.entries import Entry, read_entries
from tools.optimizations.plan import (
    Plan,
    Profiled,
    read_batch,
    read_evaluations,
    read_plan,
    read_profiled,
)
from tools.optimizations.words import NOT_RECORDED, RECORDER
from vsat_core.measure.bench import OPERATIONS
from vsat_core.measure.statistics import Comparison, compare, summarise
from vsat_core.measure.unpaired import compare_apart

PREPROCESSING = ("decode", "enhance", "features")
PARTS: Mapping[str, tuple[str, ...]] = {
    **{name: (name,) for name in OPERATIONS},
    "preprocessing": PREPROCESSING,
    "clustering": ("cluster",),
}
RATES = ("DER, collar 0.25 s", "WER", "cpWER")


@attrs.frozen
class Line:
    """One row: seconds, ratio and peak of both sides; without figures, `missing` says why and how
    to get them.
    """

    what: str
    work: str
    before_s: float = 0.0
    after_s: float = 0.0
    comparison: Comparison | None = None
    before_mb: float | None = None
    after_mb: float | None = None
    answers: str = ""
    missing: str = ""

    @property
    def time_percent(self) -> float | None:
        """How much less time, in percent of the original."""
        return None if self.comparison is None else 100 * (1 - self.comparison.ratio)

    @property
    def peak_percent(self) -> float | None:
        """How much less peak memory, in percent of the original."""
        return (
            None
            if not self.before_mb or self.after_mb is None
            else 100 * (1 - self.after_mb / self.before_mb)
        )


@attrs.frozen
class Rate:
    """One error rate of both profiles in percent, on all recordings of one evaluation."""

    evaluation: str
    rate: str
    before: float = 0.0
    after: float = 0.0
    verdict: str = ""
    missing: str = ""


@attrs.frozen
class Results:
    """All that docs/results.md shows, and the entries of docs/decisions.md; `commands` record what
    is missing.
    """

    plan: Plan
    machines: tuple[str, ...]
    whole: tuple[Line, ...]
    stages: tuple[Line, ...]
    batch: tuple[Line, ...]
    rates: tuple[Rate, ...]
    entries: tuple[Entry, ...]
    commands: tuple[str, ...]


def read_results(metrics: Path) -> Results:
    """Everything recorded below `metrics`. Raises InputError that names the file which is missing
    or wrong.
    """
    plan = read_plan(metrics / "summary.json")
    entries = read_entries(metrics / "optimizations")
    sides = read_profiled(metrics, plan.base), read_profiled(metrics, plan.optimized)
    batch, evaluations = (
        read_batch(metrics / "batch.json"),
        read_evaluations(metrics / "accuracy", plan),
    )
    machines = [m for side in sides for f, m in side.machines.items() if f in plan.recordings and m]
    return Results(
        plan,
        tuple(dict.fromkeys(machines + ([batch["machine"]] if batch else []))),
        tuple(
            _part(sides, name, operations, f)
            for name, operations in PARTS.items()
            for f in plan.recordings
        ),
        tuple(_stage(sides, entries, stage, f) for stage in STAGES for f in plan.recordings),
        tuple(_batch(batch)),
        tuple(_rates(plan, evaluations)),
        tuple(entries),
        tuple(_commands(plan, metrics.name, sides, evaluations, batch, entries)),
    )


def _commands(
    plan: Plan,
    metrics: str,
    sides: tuple[Profiled, Profiled],
    evaluations: Mapping[str, Any],
    batch: Any,
    entries: Sequence[Entry],
) -> list[str]:
    """What a person has to run to record all that is not there yet."""
    found = [
        f"vsat bench --profile {side.name} {plan.bench} --output "
        f"{metrics}/{side.name}/{Path(file).stem}.json {path}"
        for file, path in plan.recordings.items()
        for side in sides
        if file not in side.machines
    ]
    found += [plan.accuracy[name] for name, value in evaluations.items() if value is None]
    found += [] if batch else [plan.batch]
    return found + [RECORDER] * any(p.comparison is None for e in entries for p in e.pairs)


def _part(
    sides: tuple[Profiled, Profiled], name: str, operations: Sequence[str], file: str
) -> Line:
    """One or several operations on a recording; the times of several are added, their highest peak
    counts.

    Stages of one process each are timed apart: the medians of the first processes make the first
    sum, and so on.
    """
    rows = [[side.row(op, file) for op in operations] for side in sides]
    if missing := _missing(sides, operations, file):
        return Line(name, file, missing=missing)
    before, after = ([r for r in side if r is not None] for side in rows)
    if len(operations) == 1:
        found = compare_apart(before[0]["seconds"], after[0]["seconds"])
    else:
        found = compare_apart(_sums(before), _sums(after))
    times = [sum(summarise(r["seconds"]).median for r in side) for side in (before, after)]
    peaks = [
        max((p for r in side if (p := _peak(r)) is not None), default=None)
        for side in (before, after)
    ]
    return Line(name, file, times[0], times[1], found, peaks[0], peaks[1])


def _stage(
    sides: tuple[Profiled, Profiled], entries: Sequence[Entry], stage: str, file: str
) -> Line:
    """One stage; its name says which variants were compared, `answers` whether their answers may
    differ.
    """
    line = _part(sides, stage, (stage,), file)
    before, after = (side.variants.get(stage, "") for side in sides)
    if not before or not after:
        return line
    what = f"{stage} `{before}`" if before == after else f"{stage} `{before}` → `{after}`"
    return attrs.evolve(line, what=what, answers=_answers(entries, before, after))


def _answers(entries: Sequence[Entry], before: str, after: str) -> str:
    """What is recorded of the answers of two variants."""
    if before == after:
        return "the same variant"
    found = [
        p.agreement
        for e in entries
        for p in e.pairs
        if (p.original.variant, p.optimized.variant) == (before, after) and p.agreement
    ]
    return found[0] if found else NOT_RECORDED


def _sums(rows: Sequence[dict[str, Any]]) -> list[list[float]]:
    """The sum over rows of the median of each process, as many as all of them have."""
    medians = [[float(np.median(p)) for p in row["seconds"] if p] for row in rows]
    return [[sum(process)] for process in zip(*medians, strict=False)]


def _missing(sides: tuple[Profiled, Profiled], operations: Sequence[str], file: str) -> str:
    """Why these cannot be compared on a recording; "" where they can."""
    if any(file not in side.machines for side in sides):
        return NOT_RECORDED
    machines = [side.machines[file] for side in sides]
    if machines[0] != machines[1]:
        return (
            f"measured on {machines[0] or 'an unnamed machine'} and "
            f"{machines[1] or 'an unnamed machine'}"
        )
    for side in sides:
        for operation in operations:
            if side.row(operation, file) is None:
                failed = (
                    side.results.get(operation, {})
                    .get(file, {})
                    .get("failure", "missing in its results")
                )
                reason = failed.get("reason", failed) if isinstance(failed, dict) else failed
                return f"{operation} of {side.name}: {reason}"
    return ""


def _batch(batch: dict[str, Any] | None) -> list[Line]:
    """Many files: the way recorded last against each other, round by round."""
    if batch is None:
        return [Line("batch", "many files", missing=NOT_RECORDED)]
    *others, last = batch["runs"]
    work = f"{batch['files']} files, {batch['audio_seconds']:.0f} s of sound"
    lines = []
    for run in others:
        middle = [float(np.median(r["seconds"])) for r in (run, last)]
        speeds = " → ".join(f"{batch['audio_seconds'] / s:.1f}" for s in middle)
        times = [[[float(t)] for t in r["seconds"]] for r in (run, last)]
        lines.append(
            Line(
                f"batch {_way(run)} → {_way(last)}",
                work,
                middle[0],
                middle[1],
                compare(times[0], times[1]),
                _peak(run),
                _peak(last),
                f"{speeds} times real time",
            )
        )
    return lines


def _way(run: Mapping[str, Any]) -> str:
    threads = run["threads"]
    return f"`--jobs {run['jobs']}` of {threads} thread{'s' * (threads != 1)}"


def _peak(run: Mapping[str, Any]) -> float | None:
    value = run.get("memory_peak_mb")
    return float(value) if isinstance(value, int | float) else None


def _rates(plan: Plan, evaluations: Mapping[str, dict[str, Any] | None]) -> list[Rate]:
    """The pooled rates of each evaluation, with the verdict of its paired comparison."""
    lines = []
    for name, value in evaluations.items():
        if value is None:
            lines += [Rate(name, rate, missing=NOT_RECORDED) for rate in RATES]
            continue
        for rate in RATES:
            before, after = (
                _percent(value["profiles"][p]["groups"]["all"]["rates"].get(rate))
                for p in (plan.base, plan.optimized)
            )
            if before is None or after is None:
                lines.append(Rate(name, rate, missing=NOT_RECORDED))
                continue
            lines.append(Rate(name, rate, before, after, _verdict(value, plan, rate)))
    return lines


def _percent(rate: dict[str, Any] | None) -> float | None:
    """A rate in percent, None where there was nothing to score."""
    value = rate.get("rate") if rate else None
    return 100 * value if isinstance(value, int | float) and math.isfinite(value) else None


def _verdict(evaluation: Mapping[str, Any], plan: Plan, rate: str) -> str:
    """What the evaluation says of the two profiles, "" where it compared others."""
    for c in evaluation["comparisons"]:
        if (c.get("first"), c.get("second"), c.get("group"), c.get("rate")) == (
            plan.base,
            plan.optimized,
            "all",
            rate,
        ):
            return str(c.get("verdict", ""))
    return ""
