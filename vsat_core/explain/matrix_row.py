"""One combination of a finished matrix as the graph that it is."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import attrs

from vsat_core.config.registry import Registry
from vsat_core.contract.graph import Graph
from vsat_core.errors import InputError
from vsat_core.explain.report import StageReport
from vsat_core.formats.json_text import parsed_json
from vsat_core.printable import counted

KIND, OF_MACHINES = "vsat matrix", "vsat matrix of machines"
MARKS = ("recommended", "anchor", "baseline")


@attrs.frozen
class MatrixRow:
    """A combination: its stages, and seconds and peak memory (MB) of all of them together. Seconds
    of a stage are over all recordings where the results have those, else on the first one.
    """

    title: str
    reports: list[StageReport]
    seconds: float
    peak_mb: float
    over_all: bool


def read_matrix(path: Path) -> dict[str, Any]:
    """The results in a matrix.json. Raises InputError."""
    try:
        results = parsed_json(path.read_bytes())
    except OSError as error:
        raise InputError(f"{path}: cannot be read ({error.strerror}); check the name") from None
    except ValueError:
        results = None
    if isinstance(results, dict) and results.get("kind") == OF_MACHINES:
        raise InputError(f"{path}: is of several machines; take the matrix.json of one of them")
    if not isinstance(results, dict) or results.get("kind") != KIND:
        raise InputError(f"{path}: is no matrix.json of vsat matrix")
    return results


def matrix_row(results: Mapping[str, Any], which: str, registry: Registry) -> MatrixRow:
    """The combination called `which`: a number counted from 1, the fastest first, or a mark such as
    "recommended". Raises InputError.
    """
    subset = results["subsets"][0]
    index = _index(which, subset)
    row = subset["rows"][index]
    pairs = zip(results["stages"].items(), row["options"], strict=True)
    chosen = {stage: options[i] for (stage, options), i in pairs}
    graph = _graph(chosen, registry)
    known = subset.get("stage_seconds", {})
    mark = next((m for m, i in subset["marks"].items() if i == index and m in known), "")
    seconds = dict(zip(chosen, known[mark], strict=True)) if mark else {}
    marks = f" ({', '.join(row['marks'])})" if row["marks"] else ""
    return MatrixRow(
        f"row {index + 1} of {len(subset['rows'])}{marks}",
        [_report(graph, s, chosen[s], seconds.get(s)) for s in graph if s in chosen],
        float(row["seconds"]),
        float(row["peak_mb"]),
        bool(mark),
    )


def _index(which: str, subset: Mapping[str, Any]) -> int:
    n, marks = len(subset["rows"]), subset["marks"]
    if which in marks:
        return int(marks[which])
    if which.isdecimal() and 1 <= int(which) <= n:
        return int(which) - 1
    known = [mark for mark in MARKS if mark in marks]
    raise InputError(f"--row {which}: this matrix has {', '.join([*known, f'1 to {n}'])}")


def _graph(chosen: Mapping[str, Mapping[str, Any]], registry: Registry) -> Graph:
    """The stages of the registry as these variants need them. Raises InputError."""
    strange = next((stage for stage in chosen if stage not in registry.graph), None)
    if strange:
        raise InputError(
            f"stage {strange} of this matrix is not known here; name the plugin that adds it with "
            "--plugin"
        )
    takes = {}
    for stage, option in chosen.items():
        variant = registry.find(stage, option["name"])
        takes[stage] = variant.card.takes if variant else ()
    return registry.graph.with_takes(takes)


def _report(
    graph: Graph, stage: str, option: Mapping[str, Any], seconds: float | None
) -> StageReport:
    """Figures of the variant called with the anchor's answers on the first recording, unless the
    seconds over all of them are known.
    """
    takes, name = graph[stage].takes, option["name"]
    if "seconds" not in option:
        why = str(option.get("failure", ""))
        return StageReport(stage, name, takes, "measured", (f"no figures: {why}",))
    memory = 1e6 * (option["held_mb"] + option["taken_mb"])
    ready = f"{option['prepare_s']:.2f} s to prepare"
    processes = f"{option['processes']} process{'es' * (option['processes'] != 1)}"
    repeats = f"median of {counted(option['calls'], 'call')} in {processes}"
    return StageReport(
        stage,
        name,
        takes,
        "measured",
        (repeats, ready),
        seconds=float(option["seconds"] if seconds is None else seconds),
        peak_bytes=int(memory),
    )
