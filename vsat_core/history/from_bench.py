"""Figures from results of `vsat bench` and of the stage benchmarks."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping
from typing import Any

import attrs

from vsat_core.history.measurement import Figure, Unit
from vsat_core.measure.diff import METRICS, TIME


def figures_of_bench(document: Mapping[str, Any]) -> Iterator[Figure]:
    """One figure for each operation, recording and metric that did not fail."""
    meta = document["_meta"]
    profile, digest = str(meta["profile"]), profile_digest(meta.get("profile_toml", ""))
    contents = meta.get("recordings", {})
    for operation, files in document["results"].items():
        for file, row in files.items():
            content = str(contents.get(file, ""))
            for figure in _row(profile, digest, operation, file, row):
                yield attrs.evolve(figure, recording_digest=content)


def figures_of_stages(document: Mapping[str, Any]) -> Iterator[Figure]:
    """The same of every variant of a piece of work, on one recording."""
    recording = str(document["_meta"]["recording"])
    for work, variants in document["results"].items():
        for variant, row in variants.items():
            yield from _row("", "", f"{work} {variant}", recording, row)


def profile_digest(toml: str) -> str:
    """sha256 of a resolved profile, "" of none."""
    return hashlib.sha256(toml.encode()).hexdigest() if toml else ""


def seconds_or_mb(metric: str) -> Unit:
    """The unit in the name of a metric."""
    return "MB" if metric.endswith("_mb") else "s"


def _row(
    profile: str, digest: str, operation: str, file: str, row: Mapping[str, Any]
) -> Iterator[Figure]:
    if "failure" in row:
        return
    for metric in METRICS:
        if row.get(metric) is None:
            continue
        timed = metric == TIME
        spread = (row.get("elapsed_low"), row.get("elapsed_high"), row.get("n")) if timed else ()
        place = (profile, digest, operation, file, metric)
        yield Figure(*place, float(row[metric]), seconds_or_mb(metric), *spread)
