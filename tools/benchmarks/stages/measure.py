"""Every stage's variants next to the libraries used instead, on the same inputs, as ratios with
intervals.

    pip install -c constraints.txt -e '.[models,benchmark]'
    python -m tools.benchmarks.stages.measure --output metrics/stages.json \\
        --table docs/performance.md

Each piece of work (tasks.py) is one measurement of all that do it; --only chooses some by a part of
their names. The table replaces what stands between the marks in the file given.
"""

import argparse
import json
import re
import tempfile
from pathlib import Path
from typing import Any

import attrs
from rich.progress import Progress

from tools.benchmarks.stages.tasks import TASKS, WAV, Task, save_inputs
from vsat_core.config.registry import Registry, load
from vsat_core.engine.atomic_files import write_json
from vsat_core.formats import markdown
from vsat_core.measure.bench import row
from vsat_core.measure.cells import Cell, Limits, measure
from vsat_core.measure.machine import fingerprint
from vsat_core.measure.measured import Measured
from vsat_core.measure.statistics import compare

HERE = Path(__file__).parent
RIVALS = HERE / "rivals.py"
RECORDING = HERE.parents[2] / "test_data" / "medium_meeting.flac"
MARKS = re.compile(r"(<!-- stages -->\n).*(<!-- end of stages -->)", re.DOTALL)


def cells_of(
    task: Task, registry: Registry, root: Path, recording: Path
) -> tuple[list[Cell], dict[str, str]]:
    """The cells of a task, and why each of its variants that is not among them cannot run."""
    cells, missing = [], {}
    for name, variant in registry.variants[task.stage].items():
        ours = variant.card.method == task.method and name not in task.without
        if not ours and name not in task.rivals:
            continue
        if lacking := variant.missing():
            missing[name] = lacking[0]
            continue
        opening = {
            "stage": task.stage,
            "variant": name,
            "plugins": [str(RIVALS)],
            "params": task.params_of(variant),
        }
        inputs = [_input(task, t, root, recording) for t in registry.graph[task.stage].takes]
        cells.append(Cell.of_stage(name, opening, inputs))
    return cells, missing


def _input(task: Task, stage: str, root: Path, recording: Path) -> dict[str, str]:
    """A source, or the saved artifact of a stage: the task's own, or that of the recording."""
    if stage == "source":
        wav = root / task.where / WAV
        return {"source": str(wav if wav.is_file() else recording)}
    own = root / task.where / stage
    return {"stage": stage, "folder": str(own if own.is_dir() else root / "talk" / stage)}


def rows_of(
    task: Task, results: dict[str, Measured], missing: dict[str, str], audio_s: float
) -> dict[str, Any]:
    """Metrics of each variant; `times_faster` than each rival and than the baseline: ratio, low,
    high.
    """
    rows = {name: row(measured, audio_s) for name, measured in results.items()}
    for name, measured in results.items():
        against = [*task.rivals, f"{task.method}.baseline"]
        rows[name]["times_faster"] = {
            other: [1 / c.ratio, 1 / c.high, 1 / c.low if c.low else None]
            for other in against
            if other in results and other != name and measured.calls and results[other].calls
            for c in [compare(results[other].seconds, measured.seconds)]
        }
    return rows | {
        name: {"failure": {"kind": "missing", "reason": why}} for name, why in missing.items()
    }


def table(results: dict[str, Any]) -> str:
    """Markdown: one row a variant, fastest first, then those that cannot run."""
    rows = []
    for task, variants in results.items():
        measured = {n: r for n, r in variants.items() if not r.get("failure")}
        for name, r in sorted(measured.items(), key=lambda item: item[1]["elapsed_seconds"]):
            ratios = "; ".join(
                f"{other} {x:.2f} ({low:.2f} to {high:.2f})" if high else f"{other} {x:.2f}"
                for other, (x, low, high) in r["times_faster"].items()
            )
            peak = r["memory_peak_mb"] - r["memory_before_mb"]
            rows.append((task, f"`{name}`", f"{r['elapsed_seconds']:.4f}", ratios, f"+{peak:.0f}"))
        for name, r in variants.items():
            if failure := r.get("failure"):
                why = f"{failure['kind']}: {failure['reason'][:80]}"
                rows.append((task, f"`{name}`", why, "", ""))
    return markdown.table(("work", "variant", "seconds", "times as fast as", "peak MB"), rows)


def parsed() -> argparse.Namespace:
    """The options."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--recording", type=Path, default=RECORDING)
    parser.add_argument("--only", action="append", default=[], metavar="PART")
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--processes", type=int, default=3)
    parser.add_argument(
        "--budget", type=float, default=20, help="seconds for all calls of one variant"
    )
    parser.add_argument("--output", type=Path)
    parser.add_argument("--table", type=Path)
    return parser.parse_args()


def main() -> None:
    """Measure, print the table, write what was asked for."""
    args = parsed()
    tasks = tuple(t for t in TASKS if not args.only or any(part in t.name for part in args.only))
    registry = load([RIVALS])
    limits = Limits(args.rounds, args.processes, timeout_s=300, budget_s=args.budget)
    results: dict[str, Any] = {}
    if args.output and args.output.is_file():  # tasks measured before are kept
        results = json.loads(args.output.read_text())["results"]
    with tempfile.TemporaryDirectory(prefix="vsat-stages-") as name, Progress() as progress:
        root = Path(name)
        save_inputs(root, args.recording, tasks)
        audio_s = (
            len(registry.graph["decode"].gives.load(root / "talk" / "decode").samples) / 16_000
        )
        for task in progress.track(tasks, description="measuring"):
            cells, missing = cells_of(task, registry, root, args.recording)
            measured = measure(cells, limits) if cells else {}
            results[task.name] = rows_of(task, measured, missing, audio_s)
            if args.output:
                meta = {
                    "kind": "stage benchmarks",
                    "machine": fingerprint(threads=limits.threads),
                    "limits": attrs.asdict(limits),
                    "recording": args.recording.name,
                }
                write_json(args.output, {"results": results, "_meta": meta})
    print(table(results))
    if args.table:
        text = args.table.read_text(encoding="utf-8")
        args.table.write_text(
            MARKS.sub(lambda m: f"{m[1]}{table(results)}\n{m[2]}", text), encoding="utf-8"
        )


if __name__ == "__main__":
    main()
