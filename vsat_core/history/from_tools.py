"""Figures from results of the project's own benchmarks, which are not in the wheel."""

from __future__ import annotations

import statistics
from collections.abc import Iterator, Mapping
from typing import Any

from vsat_core.history.measurement import Figure, Unit


def figures_of_batch(document: Mapping[str, Any]) -> Iterator[Figure]:
    """Many files by worker processes: time and peak memory of each number of them."""
    recording = f"{document['files']} times {document['recording']}"
    for run in document["runs"]:
        operation = f"batch of {run['jobs']} jobs with {run['threads']} threads"
        place = (document["profile"], "", operation, recording)
        yield _repeated(place, "elapsed_seconds", run["seconds"], "s")
        yield Figure(*place, "memory_peak_mb", float(run["memory_peak_mb"]), "MB")


def figures_of_first_minute(document: Mapping[str, Any]) -> Iterator[Figure]:
    """What a first and a later run take; of the runs in the file, one after the other, the last."""
    for operation, values in document["runs"][-1].items():
        place = ("", "", operation, document["recording"])
        yield _repeated(place, "elapsed_seconds", values["seconds"], "s")
        yield _repeated(place, "memory_peak_mb", values["peak_mb"], "MB")


def is_total_cost(document: Mapping[str, Any]) -> bool:
    """Whether it is total_cost.json, which names no kind."""
    meta = document.get("_meta")
    return isinstance(meta, dict) and "kind" not in meta and "machines" in meta


def by_machine(document: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    """The documents of total_cost.json that name one machine each; any other as it is."""
    if not is_total_cost(document):
        return [document]
    meta, results = document["_meta"], document["results"]
    parts: dict[str, dict[str, Any]] = {}
    for work, variants in results.items():
        parts.setdefault(meta["machines"][work], {})[work] = variants
    return [
        {"results": part, "_meta": {**meta, "machine": {"key": key}, "machines": {}}}
        for key, part in parts.items()
    ]


def figures_of_total_cost(document: Mapping[str, Any]) -> Iterator[Figure]:
    """Starting a variant, and its calls on a minute and an hour of sound."""
    for variants in document["results"].values():
        for variant, row in variants.items():
            for key, value in row.items():
                if key.endswith("_s") and value is not None:
                    metric = f"{key.removesuffix('_s')}_seconds"
                    yield Figure("", "", variant, "", metric, float(value), "s")


def _repeated(
    place: tuple[str, str, str, str], metric: str, values: list[float], unit: Unit
) -> Figure:
    """The median of values taken one after the other, which give no interval."""
    return Figure(*place, metric, statistics.median(values), unit, n=len(values))
