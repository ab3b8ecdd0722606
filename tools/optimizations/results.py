"""What all optimizations together change in time, memory and accuracy, row by row.

What one of the two sides has not recorded gives no row.
"""

import math
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import attrs
import numpy as np

from tools.optimizations.records import (
    REGISTRY,
    Optimization,
    Profiled,
    document,
    machine_of,
    median_s,
    naming,
    read_optimizations,
    read_profiled,
)
from tools.optimizations.words import promise
from vsat_core.formats.seglst import load_json
from vsat_core.measure.bench import OPERATIONS
from vsat_core.measure.statistics import TimeComparison, compare, compare_apart

PREPROCESSING = ("decode", "enhance", "features")
PARTS: Mapping[str, tuple[str, ...]] = {
    **{name: (name,) for name in OPERATIONS},
    "preprocessing": PREPROCESSING,
    "clustering": ("cluster",),
}
RATES = ("DER, collar 0.25 s", "WER", "cpWER")


@attrs.frozen
class Row:
    """Seconds, ratio and peak memory (MB) of both sides."""

    what: str
    work: str
    seconds: tuple[float, float]
    comparison: TimeComparison
    peaks: tuple[float, float]
    answers: str = ""

    @property
    def time_percent(self) -> float:
        """How much less time, in percent of the original."""
        return 100 * (1 - self.comparison.ratio)

    @property
    def peak_percent(self) -> float:
        """How much less peak memory, in percent of the original."""
        return 100 * (1 - self.peaks[1] / self.peaks[0])


@attrs.frozen
class Rate:
    """One error rate of both profiles in percent, on all recordings of one evaluation."""

    evaluation: str
    name: str
    before: float
    after: float
    verdict: str


@attrs.frozen
class Results:
    """All that docs/results.md shows, and the entries of docs/decisions.md."""

    plan: Mapping[str, Any]  # metrics/summary.json
    machines: tuple[str, ...]
    overall: tuple[Row, ...]
    stages: tuple[Row, ...]
    rates: tuple[Rate, ...]
    optimizations: tuple[Optimization, ...]


def read_results(metrics: Path) -> Results:
    """Everything recorded below `metrics`. Raises InputError that names the file."""
    path = metrics / "summary.json"
    plan = document(path, "vsat summary")
    optimizations = tuple(read_optimizations(metrics / "optimizations"))
    with naming(path):
        sides = read_profiled(metrics / plan["base"]), read_profiled(metrics / plan["optimized"])
        recordings, evaluations = [*plan["recordings"]], [*plan["accuracy"]]
        float(plan["goals"]["time_percent"]), float(plan["goals"]["peak_percent"])
    machines = [m for side in sides for f, m in side.machines.items() if f in recordings and m]
    parts = [_part(sides, *part, file) for part in PARTS.items() for file in recordings]
    stages = [_stage(sides, stage, file) for stage in REGISTRY.graph for file in recordings]
    batch: list[Row] = []
    if (path := metrics / "batch.json").is_file():
        value = document(path, "vsat batch")
        with naming(path):
            batch = list(_batch(value))
        machines.append(machine_of(value["_meta"]))
    rates: list[Rate] = []
    for name in evaluations:
        if (path := metrics / "accuracy" / f"{name}.json").is_file():
            with naming(path):
                rates += _rates(load_json(path), plan, name)
    return Results(
        plan,
        tuple(dict.fromkeys(machines)),
        tuple(row for row in [*parts, *batch] if row),
        tuple(row for row in stages if row),
        tuple(rates),
        optimizations,
    )


def _part(sides: Sequence[Profiled], name: str, operations: Sequence[str], file: str) -> Row | None:
    """One or several operations on a recording: times are added, the highest peak counts.

    Stages of one process each are timed apart: the medians of the first processes make the first
    sum, and so on.
    """
    keys = [(operation, file) for operation in operations]
    if any(key not in side.rows for side in sides for key in keys):
        return None
    if sides[0].machines[file] != sides[1].machines[file]:
        return None
    before, after = ([side.rows[key] for key in keys] for side in sides)
    return Row(
        name,
        file,
        tuple(sum(median_s(r["seconds"]) for r in rows) for rows in (before, after)),
        compare_apart(_sums(before), _sums(after)),
        tuple(max(r["memory_peak_mb"] for r in rows) for rows in (before, after)),
    )


def _sums(rows: Sequence[dict[str, Any]]) -> list[list[float]]:
    """The sum over rows of the median of each process, as many as all of them have."""
    medians = [[float(np.median(p)) for p in row["seconds"] if p] for row in rows]
    return [[sum(process)] for process in zip(*medians, strict=False)]


def _stage(sides: Sequence[Profiled], stage: str, file: str) -> Row | None:
    """One stage: which variants were compared, and what their method promises of their answers."""
    row = _part(sides, stage, (stage,), file)
    if row is None:
        return None
    before, after = (side.variants[stage] for side in sides)
    if before == after:
        return attrs.evolve(row, what=f"{stage} `{before}`", answers="the same variant")
    method = REGISTRY.find(stage, f"{before.partition('.')[0]}.baseline")
    same_method = method and method.card.method == after.partition(".")[0]
    answers = promise(method.card.agreement) if method and same_method else ""
    return attrs.evolve(row, what=f"{stage} `{before}` → `{after}`", answers=answers)


def _batch(batch: Mapping[str, Any]) -> Iterator[Row]:
    """Many files: the way recorded last against each other, round by round."""
    *others, last = batch["runs"]
    audio_s = batch["audio_seconds"]
    for run in others:
        seconds = tuple(float(np.median(r["seconds"])) for r in (run, last))
        yield Row(
            f"batch {_way(run)} → {_way(last)}",
            f"{batch['files']} files, {audio_s:.0f} s of sound",
            seconds,
            compare(*([[t] for t in r["seconds"]] for r in (run, last))),
            (run["memory_peak_mb"], last["memory_peak_mb"]),
            " → ".join(f"{audio_s / s:.1f}" for s in seconds) + " times real time",
        )


def _way(run: Mapping[str, Any]) -> str:
    threads = run["threads"]
    return f"`--jobs {run['jobs']}` of {threads} thread{'s' * (threads != 1)}"


def _rates(evaluation: Mapping[str, Any], plan: Mapping[str, Any], name: str) -> Iterator[Rate]:
    """The pooled rates of an evaluation, with the verdict of its paired comparison."""
    profiles = plan["base"], plan["optimized"]
    pooled = [evaluation["profiles"][p]["groups"]["all"]["rates"] for p in profiles]
    verdicts = {
        (c["first"], c["second"], c["rate"]): c["verdict"]
        for c in evaluation["comparisons"]
        if c["group"] == "all"
    }
    for rate in RATES:
        before, after = (rates.get(rate, {}).get("rate", math.nan) for rates in pooled)
        if math.isfinite(before) and math.isfinite(after):
            yield Rate(name, rate, 100 * before, 100 * after, verdicts.get((*profiles, rate), ""))
