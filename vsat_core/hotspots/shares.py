"""Time: shares of phases and functions that add up to 1."""

from collections.abc import Mapping, Sequence
from typing import Any

from vsat_core.hotspots.callgraph import MODULE, Cost, costs, short
from vsat_core.hotspots.ranking import Target, rank, ranked
from vsat_core.hotspots.sourcecode import Function, functions as functions_below

START = "start of Python"
ERRORS = ("vsat_core/errors.py", "warnings.py", "traceback.py", "linecache.py")
CATCHING = ("suppress", "catch_warnings")
FIND = "_find_and_load"


def phases_of(reply: Mapping[str, Any]) -> dict[str, float]:
    """Seconds by phase, the start of Python first."""
    return {START: reply["start_s"], **reply["phases"]}


def stage_of(phase: str) -> tuple[str, str]:
    """Stage and step; "" for a phase of no stage.

    >>> stage_of("cluster call"), stage_of("imports")
    (('cluster', 'call'), ('', 'imports'))
    """
    stage, space, step = phase.partition(" ")
    return (stage, step) if space and phase != START else ("", phase)


def time_targets(
    basis: Mapping[str, float], profiled: Mapping[str, Any], roots: Sequence[str], top: int
) -> dict[str, Any]:
    """`phases` (all), `targets` (phases ranked, each with its functions), `functions` ranked over
    all phases.

    `basis` are seconds by phase in which shares are counted: those of the plain run where there is
    one. A function's share is its phase's share times its part of the phase as cProfile saw it.
    """
    total = sum(basis.values())
    slow = phases_of(profiled)
    known = {(f.file, f.line): f for f in functions_below(roots)}
    rows, functions = [], []
    for phase, seconds in basis.items():
        phase_costs = costs(
            profiled["found"]["main"].get(phase, []),
            profiled["found"]["threads"].get(phase, []),
            roots,
        )
        counted = max(slow.get(phase, 0.0), sum(c.with_libraries for c in phase_costs))
        scale = seconds / counted if counted else 0.0
        stage, step = stage_of(phase)
        row: Target = {
            "phase": phase,
            "stage": stage,
            "step": step,
            "seconds": seconds,
            "share": seconds / total,
            "profiled_seconds": slow.get(phase),
        }
        costs_here = [
            _row(c, known.get((c.file, c.line)), phase, scale, total) for c in phase_costs
        ]
        rows.append({**row, "functions": costs_here[:top]})
        functions += costs_here
    return {
        "phases": [{k: v for k, v in r.items() if k != "functions"} for r in rows],
        "targets": ranked(rows),
        "functions": ranked(functions),
    }


def _row(
    cost: Cost, source: Function | None, phase: str, scale: float, total: float
) -> dict[str, Any]:
    """One function for the document, in seconds of the basis; `source` tells its full name."""
    return {
        "phase": phase,
        "function": source.name if source else cost.name,
        "named": source is not None,
        "compiled": source is not None and source.compiled,
        "file": short(cost.file) if cost.line else "",
        "line": cost.line,
        "share": cost.with_libraries * scale / total,
        "seconds": cost.with_libraries * scale,
        "own_seconds": cost.own * scale,
        "cumulative_seconds": cost.cumulative * scale,
        "calls": cost.calls,
        "threads": cost.threads,
        "inside": "" if FIND in cost.inside else cost.inside,
        "inside_seconds": cost.inside_s * scale,
    }


def concerns(basis: Mapping[str, float], profiled: Mapping[str, Any]) -> list[Target]:
    """What runs across the stages: imports, loading the configuration, handling errors, writing
    files.
    """
    total = sum(basis.values())
    imports = errors = 0.0
    for phase, seconds in basis.items():
        slow = phases_of(profiled).get(phase, 0.0)
        scale = seconds / slow if slow else 0.0
        for function, _, own, cumulative, _ in profiled["found"]["main"].get(phase, []):
            if function[2] == FIND:  # each stretch of importing once
                imports += cumulative * scale
            if function[2] != MODULE and _handles(function):
                errors += own * scale
    writing = sum(basis.get(p, 0.0) for p in ("write call", "write publish"))
    costs_of = {
        "imports": (imports, "loading modules, in any phase; a plugin's own module counts too"),
        "configuration loading": (
            basis.get("configuration", 0.0),
            "plugins and their cards, the profile, its checks",
        ),
        "file writing": (writing, "the stage write and moving its files to their folder"),
        "error handling": (
            errors,
            "own time of errors.py, of warnings and of what catches exceptions",
        ),
    }
    return [
        {"concern": name, "seconds": s, "share": s / total, "rank": rank(s / total), "what": what}
        for name, (s, what) in costs_of.items()
    ]


def _handles(function: Sequence[Any]) -> bool:
    file, _, name = function
    if file.endswith("contextlib.py"):
        return name in ("__exit__",)
    return file.endswith(ERRORS) or any(word in name for word in CATCHING)
