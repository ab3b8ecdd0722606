"""The document of one `vsat hotspots`: everything the page says, as JSON takes it."""

import shlex
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from vsat_core.config.prepare import prepare
from vsat_core.hotspots import memory, shares
from vsat_core.hotspots.callgraph import short
from vsat_core.hotspots.ranking import COVERED, HIGH, MEDIUM
from vsat_core.hotspots.session import PROFILERS, HotspotsRequest, roots
from vsat_core.measure.machine import fingerprint

KIND, VERSION = "vsat hotspots", 1
Reply = Mapping[str, Any]


def document(
    request: HotspotsRequest,
    replies: Sequence[Reply],
    failures: Sequence[Reply],
    files: Sequence[str],
) -> dict[str, Any]:
    """From the replies of `session.run_all`, the rows of `session.failing`, and the names of the
    files left.
    """
    profile = prepare(request.profile, request.settings, request.plugins)
    by_observer = {r["observer"]: r for r in replies}
    profiled = by_observer[request.profiler]
    plain = None if request.once else by_observer.get("resident") or by_observer["none"]
    value: dict[str, Any] = {
        "_meta": {
            "kind": KIND,
            "version": VERSION,
            "machine": fingerprint([profile]),
            "profile": profile.name,
            "profile_toml": profile.toml(),
            "recording": request.recording.name,
            "audio_seconds": profiled["facts"]["audio_seconds"],
            "profiler": request.profiler,
            "tool": PROFILERS[request.profiler][0],
            "command": command(request),
            "variants": {stage: c.variant.name for stage, c in profile.stages.items()},
            "thresholds": {"high": HIGH, "medium": MEDIUM, "covered": COVERED},
            "files": sorted(files),
            "warnings": list(profiled["facts"]["warnings"]),
        },
        "totals": _totals(plain, profiled, by_observer.get("as-run")),
        "failures": list(failures),
    }
    basis = shares.phases_of(plain or profiled)
    if request.profiler in ("functions", "lines"):
        functions = by_observer["functions"]
        value["time"] = shares.time_targets(basis, functions, roots(request), request.top)
        value["concerns"] = shares.concerns(basis, functions)
    if request.profiler == "lines":
        value["lines"] = _lines(profiled["found"])
    if request.profiler == "flame":
        value["flame"] = profiled["found"]
    if request.profiler in ("memory", "native-memory", "objects"):
        value["memory"] = memory.targets(request.profiler, profiled["found"], plain, request.top)
    return value


def command(request: HotspotsRequest) -> str:
    """The command line that makes this document again."""
    words = ["vsat", "hotspots", str(request.recording), "--profile", request.profile]
    words += [f"--set={s}" for s in request.settings] + [f"--plugin={p}" for p in request.plugins]
    if request.profiler != "functions":
        words += ["--profiler", request.profiler]
    return shlex.join(words)


def _totals(plain: Reply | None, profiled: Reply, as_run: Reply | None) -> dict[str, Any]:
    """Seconds from the start of the process to the written files."""
    with_profiler, without, as_run_s = (
        reply["start_s"] + reply["wall_s"] if reply else None for reply in (profiled, plain, as_run)
    )
    return {
        "plain_seconds": without,
        "profiled_seconds": with_profiler,
        "overhead": with_profiler / without - 1 if without else None,
        "as_run_seconds": as_run_s,
    }


def _lines(timed: Mapping[str, Any]) -> list[dict[str, Any]]:
    """Timed functions with their source, slowest first."""
    rows = []
    for function in timed["lines"]:
        source = Path(function["file"]).read_text(encoding="utf-8", errors="replace").splitlines()
        total = sum(s for _, _, s in function["lines"])
        lines = [
            {
                "line": n,
                "hits": hits,
                "seconds": s,
                "share": s / total if total else 0.0,
                "source": source[n - 1].rstrip() if n <= len(source) else "",
            }
            for n, hits, s in function["lines"]
        ]
        rows.append(
            {
                "function": function["name"],
                "file": short(function["file"]),
                "line": function["line"],
                "seconds": total,
                "lines": lines,
            }
        )
    return sorted(rows, key=lambda r: -r["seconds"])
