"""Record the pairs of variants named in metrics/optimizations/*.json: times, memory, the input.

    pip install -c constraints.txt -e '.[models,benchmark]'
    python -m tools.benchmarks.optimizations
    python -m tools.benchmarks.optimizations --only campplus-quantized --again --rounds 1

Each file holds what a person decided (title, stage, original, optimized, rationale, the pairs to
compare). Pairs without times, or all with --again, are measured in fresh processes as
tools/benchmarks/stages measures them, variants of the same work against each other.
"""

import argparse
import json
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Mapping
from datetime import date
from pathlib import Path
from typing import Any

import attrs

from tools.benchmarks.stages.measure import RECORDING, RIVALS, cells_of
from tools.benchmarks.stages.tasks import NOISE_DB, TASKS, WAV_HZ, Task, save_inputs
from tools.optimizations.records import read_optimizations
from tools.optimizations.words import promise
from vsat_core.config.registry import Registry, load
from vsat_core.contract.params import build
from vsat_core.engine.atomic_files import write_json
from vsat_core.errors import VsatError
from vsat_core.measure.bench import row
from vsat_core.measure.cells import Limits, measure
from vsat_core.measure.machine import fingerprint

ROOT = Path(__file__).resolve().parents[2]
FOLDER = ROOT / "metrics" / "optimizations"
MORE = (Task("index scan, 1 h", "index", "scan", (), "hour"),)
WORK = {task.name: task for task in (*TASKS, *MORE)}
SIDES = ("original", "optimized")
Document = dict[str, Any]


def wanted(documents: Mapping[str, Document], again: bool) -> dict[str, list[tuple[str, Document]]]:
    """Work to the (name of the file, pair) that need it. Raises SystemExit for unknown work."""
    works: dict[str, list[tuple[str, Document]]] = {}
    for name, document in documents.items():
        for pair in document.get("pairs", []):
            if pair["work"] not in WORK:
                sys.exit(f"{name}.json: no work {pair['work']!r}; one of {', '.join(WORK)}")
            if again or not all(pair[side].get("seconds") for side in SIDES):
                works.setdefault(pair["work"], []).append((name, pair))
    return works


def measured(
    works: Mapping[str, list[tuple[str, Document]]],
    registry: Registry,
    limits: Limits,
    recording: Path,
) -> Iterator[tuple[str, dict[str, Any]]]:
    """(work, rows) of each, its variants against each other; a row may be a failure."""
    tasks = tuple(WORK[work] for work in works)
    with tempfile.TemporaryDirectory(prefix="vsat-optimizations-") as name:
        root = Path(name)
        save_inputs(root, recording, tasks)
        for task in tasks:
            names = {pair[side]["variant"] for _, pair in works[task.name] for side in SIDES}
            cells, missing = cells_of(task, registry, root, recording)
            results = measure([c for c in cells if c.name in names], limits)
            lacking = {n: {"failure": {"reason": why}} for n, why in missing.items()}
            yield task.name, {n: row(m, 0.0) for n, m in results.items()} | lacking


def record(pair: Document, rows: Mapping[str, Any], registry: Registry, taken: Document) -> str:
    """Put the figures of both variants into a pair; returns why not, or "" if it was done."""
    task = WORK[pair["work"]]
    for side in (pair[side] for side in SIDES):
        variant = side["variant"]
        figures = rows.get(variant, {"failure": {"reason": "not measured"}})
        if "failure" in figures:
            return f"{pair['work']}: {variant}: {figures['failure']['reason']}"
        side |= {k: figures[k] for k in ("seconds", "memory_before_mb", "memory_peak_mb")}
        side["params"] = params_of(task, variant, registry)
    method = registry.find(task.stage, f"{task.method}.baseline")
    ours = all(pair[side]["variant"].startswith(f"{task.method}.") for side in SIDES)
    pair |= {"agreement": promise(method.card.agreement) if method and ours else ""}
    pair["taken"] = {"input": input_of(task, taken["recording"]), **taken}
    return ""


def params_of(task: Task, name: str, registry: Registry) -> Document:
    """All params a variant was measured with."""
    variant = registry.find(task.stage, name)
    if variant is None:
        return {}
    return attrs.asdict(build(variant.card.params, task.params_of(variant), "params")[0])


def input_of(task: Task, recording: str) -> str:
    """What the work is done on."""
    if task.where.startswith("embeddings"):
        return f"{int(task.where.removeprefix('embeddings')):,} made-up embeddings"
    return {
        "talk": recording,
        "wav": f"{recording} as WAV, {WAV_HZ / 1000:g} kHz, stereo",
        "noisy": f"{recording} in noise at {NOISE_DB:g} dB",
        "hour": "an hour of random words and turns",
    }[task.where]


def git(*command: str) -> str:
    """The output of a git command in the checkout."""
    return subprocess.run(
        ["git", *command], cwd=ROOT, capture_output=True, text=True, check=True
    ).stdout.strip()


def parsed() -> argparse.Namespace:
    """The options."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--only", action="append", default=[], metavar="NAME", help="of a file")
    parser.add_argument("--again", action="store_true", help="measure also what has times")
    parser.add_argument("--recording", type=Path, default=RECORDING)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--processes", type=int, default=3)
    parser.add_argument("--budget", type=float, default=20, help="seconds for a variant's calls")
    return parser.parse_args()


def main() -> int:
    """Record and write the files; 1 and a line each for what could not be recorded."""
    args = parsed()
    names = [o.name for o in read_optimizations(FOLDER) if not args.only or o.name in args.only]
    documents = {n: json.loads((FOLDER / f"{n}.json").read_text(encoding="utf-8")) for n in names}
    registry = load([RIVALS])
    works = wanted(documents, args.again)
    limits = Limits(args.rounds, args.processes, timeout_s=300, budget_s=args.budget)
    machine = fingerprint(threads=limits.threads)
    changed = "+changes" if git("status", "--porcelain", "--", "vsat_core", "plugins") else ""
    taken = {
        "recording": args.recording.name,
        "source": "measured for this",
        "date": date.today().isoformat(),
        "commit": git("rev-parse", "--short", "HEAD") + changed,
        "apart": False,
        "machine": {"key": machine["key"]},
    }
    problems = []
    for work, rows in measured(works, registry, limits, args.recording) if works else ():
        print(f"measured: {work}", flush=True)
        for name, pair in works[work]:
            if why := record(pair, rows, registry, taken):
                problems.append(f"{name}: {why}")
                continue
            documents[name]["_meta"]["machine"] = machine
            write_json(FOLDER / f"{name}.json", documents[name])
    print("\n".join(problems) or f"{len(names)} files: every pair that was asked for is recorded")
    return 1 if problems else 0


if __name__ == "__main__":
    try:
        sys.exit(main())
    except VsatError as error:
        sys.exit(f"optimizations: {error}")
