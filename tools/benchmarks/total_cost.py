"""What every variant costs in all: import, compile, load, compute; what a default is chosen by.

    python -m tools.benchmarks.total_cost --output metrics/total_cost.json \\
        --table docs/performance.md
    python -m tools.benchmarks.total_cost --stage detect --method silero

A variant is started twice, each time in a fresh process: with an empty folder for compiled code, as
on a new machine, and again with what the first start has left there. Then it computes a recording
of 55 s and one of 289 s; an hour is the line through both. `wave` gets them at 44.1 kHz in stereo.
"""

from __future__ import annotations

import argparse
import json
import os
import re
import tempfile
from pathlib import Path
from typing import Any

import attrs
from rich.progress import Progress

from tools.benchmarks.stages.measure import cells_of
from tools.benchmarks.stages.tasks import Task, save_inputs
from vsat_core.config.prepare import prepare
from vsat_core.config.registry import Registry, load
from vsat_core.engine.atomic_files import write_json
from vsat_core.formats import markdown
from vsat_core.measure.cells import Cell, Limits, measure
from vsat_core.measure.machine import fingerprint
from vsat_core.measure.measured import Measured

DATA = Path(__file__).resolve().parents[2] / "test_data"
MINUTE, MINUTES = DATA / "short_conversation.wav", DATA / "medium_meeting.flac"
START = Limits(rounds=0, processes=1, timeout_s=300)
CALLS = Limits(rounds=2, processes=1, timeout_s=300)
MARKS = re.compile(r"(<!-- total cost -->\n).*(<!-- end of total cost -->)", re.DOTALL)


def tasks_of(registry: Registry, stages: list[str], methods: list[str]) -> list[Task]:
    """Every method of every stage, or those named, on the recording itself; for `wave` that is
    written as WAV.
    """
    found = {
        (stage, variant.card.method)
        for stage, variants in registry.variants.items()
        if not stages or stage in stages
        for variant in variants.values()
        if not methods or variant.card.method in methods
    }
    return [
        Task(f"{stage} {method}", stage, method, where="wav" if method == "wave" else "talk")
        for stage, method in sorted(found)
    ]


def started(cell: Cell, cache: str) -> Measured:
    """One start in a fresh process, compiled code in this folder."""
    os.environ["VSAT_CACHE"] = cache
    os.environ.pop("NUMBA_CACHE_DIR", None)
    return measure([cell], START)[cell.name]


def shortened(reason: str) -> str:
    """Without the folder of the recordings, which is another one on each machine."""
    return reason.replace(f"{DATA}/", "")


def cost(short: Cell, long: Cell, seconds: tuple[float, float]) -> dict[str, Any]:
    """The figures of one variant, in seconds, or why there are none."""
    with tempfile.TemporaryDirectory(prefix="vsat-cost-") as cache:
        first = started(short, cache)
        if first.failure:
            return {"failure": shortened(first.failure.reason)}
        later = started(short, cache)
        calls = [measure([cell], CALLS)[cell.name] for cell in (short, long)]
    if failed := next((c.failure for c in calls if c.failure), None):
        return {"failure": shortened(failed.reason)}
    once, often = (min(c.calls or [c.first_s or 0.0]) for c in calls)
    slope = max(0.0, (often - once) / (seconds[1] - seconds[0]))
    return {
        "first_start_s": first.import_s + first.prepare_cold_s,
        "start_s": later.import_s + later.prepare_cold_s,
        "minute_s": once * 60 / seconds[0],
        "hour_s": once + slope * (3600 - seconds[0]),
    }


def table(results: dict[str, dict[str, Any]]) -> str:
    """One row a variant, cheapest first hour first within a stage and method."""
    defaults = {f"{s} {c.variant.name}" for s, c in prepare().stages.items()}
    rows = []
    for figures in results.values():
        done = {n: f for n, f in figures.items() if "failure" not in f}
        for name, f in sorted(done.items(), key=lambda i: i[1]["first_start_s"] + i[1]["hour_s"]):
            shown = f"**{name}**" if name in defaults else name
            values = [f[k] for k in ("first_start_s", "start_s", "minute_s", "hour_s")]
            values.append(f["first_start_s"] + f["hour_s"])
            rows.append((shown, *(f"{value:.3g}" for value in values)))
    heads = ("variant", "first start", "later start", "a minute", "an hour", "first hour in all")
    return markdown.table(heads, rows)


def main() -> None:
    """Measure, print the table, write what was asked for."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--stage", action="append", default=[])
    parser.add_argument("--method", action="append", default=[])
    parser.add_argument("--output", type=Path)
    parser.add_argument("--table", type=Path)
    args = parser.parse_args()
    registry, results, machines = load(), {}, {}
    if args.output and args.output.is_file():
        kept = json.loads(args.output.read_text())
        results, machines = kept["results"], kept["_meta"]["machines"]
    with tempfile.TemporaryDirectory(prefix="vsat-inputs-") as name, Progress() as progress:
        roots = [Path(name, r.stem) for r in (MINUTE, MINUTES)]
        tasks = tuple(tasks_of(registry, args.stage, args.method))
        for root, recording in zip(roots, (MINUTE, MINUTES), strict=True):
            save_inputs(root, recording, tasks)
        audio = registry.graph["decode"].gives
        lengths = [len(audio.load(r / "talk" / "decode").samples) / 16_000 for r in roots]
        for task in progress.track(tasks, description="measuring"):
            short, long = (
                cells_of(task, registry, root, recording)[0]
                for root, recording in zip(roots, (MINUTE, MINUTES), strict=True)
            )
            results[task.name] = {
                f"{task.stage} {a.name}": cost(a, b, (lengths[0], lengths[1]))
                for a, b in zip(short, long, strict=True)
            }
            if args.output:
                machines[task.name] = fingerprint(threads=CALLS.threads)["key"]
                meta = {"machines": machines, **attrs.asdict(CALLS)}
                write_json(args.output, {"results": results, "_meta": meta})
    print(table(results))
    if args.table:
        text = args.table.read_text(encoding="utf-8")
        new = MARKS.sub(lambda m: f"{m[1]}{table(results)}\n{m[2]}", text)
        args.table.write_text(new, encoding="utf-8")


if __name__ == "__main__":
    main()
