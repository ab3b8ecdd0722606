"""Memory: what a phase needs above what was there, and the lines or objects that hold it."""

from collections.abc import Mapping
from typing import Any

from vsat_core.hotspots.callgraph import short
from vsat_core.hotspots.ranking import Target, rank, ranked

Found = Mapping[str, Any]


def targets(profiler: str, observed: Found, plain: Found | None, top: int) -> dict[str, Any]:
    """`peak` bytes of what the profiler saw, `targets` ranked by share of it, `phases`; `resident`
    of the plain run.
    """
    resident = _phases(plain["found"]["resident"]) if plain else []
    if profiler == "memory":
        value = _traced(observed["traced"])
    elif profiler == "native-memory":
        value = _tracked(observed)
    else:
        value = _objects(observed["objects"], top)
    return {**value, "resident": resident}


def _phases(rows: Mapping[str, Mapping[str, int]]) -> list[Target]:
    """Phases by falling rise; the share is that of the highest moment of all."""
    peak = max((r["peak"] for r in rows.values()), default=0)
    phases: list[Target] = [
        {
            "phase": phase,
            "before": r["before"],
            "peak": r["peak"],
            "after": r["after"],
            "rise": r["peak"] - r["before"],
            "growth": r["after"] - r["before"],
            "share": (r["peak"] - r["before"]) / peak if peak else 0.0,
        }
        for phase, r in rows.items()
    ]
    return sorted([{"rank": rank(f["share"]), **f} for f in phases], key=lambda f: -f["share"])


def _traced(rows: Mapping[str, Any]) -> dict[str, Any]:
    """tracemalloc: each line where it held most. Bytes freed in a later phase count until the end
    of the run.
    """
    held = peak = 0
    phases: dict[str, dict[str, int]] = {}
    for phase, row in rows.items():  # in the order of the run
        phases[phase] = {"before": held, "peak": held + row["peak"], "after": held + row["after"]}
        held, peak = held + row["after"], max(peak, held + row["peak"])
    best: dict[tuple[str, int], Target] = {}
    for phase, row in rows.items():
        for file, line, size, blocks in row["lines"]:
            old = best.get((file, line))
            if old is None or size > old["bytes"]:
                best[file, line] = _line(file, line, size, blocks, phase, peak)
    return {"peak": peak, "targets": ranked(list(best.values())), "phases": _phases(phases)}


def _tracked(observed: Found) -> dict[str, Any]:
    """memray: one moment, the highest."""
    peak = observed["peak"]
    lines = [
        _line(file, line, size, n, phase, peak)
        for file, line, size, n, phase in observed["tracked"]
    ]
    return {"peak": peak, "targets": ranked(lines), "phases": []}


def _line(file: str, line: int, size: int, blocks: int, phase: str, peak: int) -> Target:
    return {
        "file": short(file),
        "line": line,
        "phase": phase,
        "bytes": size,
        "blocks": blocks,
        "share": size / peak if peak else 0.0,
    }


def _objects(rows: Mapping[str, Any], top: int) -> dict[str, Any]:
    """Objects: those of the stage after which most is held; the largest after every stage."""
    peak = max((r["sum"] for r in rows.values()), default=0)
    fullest = max(rows, key=lambda p: rows[p]["sum"]) if rows else ""
    held = (
        [{**o, "phase": fullest, "share": o["bytes"] / peak} for o in rows[fullest]["objects"]]
        if peak
        else []
    )
    stages = [
        {"phase": phase, "sum": r["sum"], "objects": r["objects"][:top]}
        for phase, r in rows.items()
    ]
    return {"peak": peak, "targets": ranked(held), "phases": [], "stages": stages}
