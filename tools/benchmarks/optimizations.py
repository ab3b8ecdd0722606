"""Record the pairs of variants named in metrics/optimizations/*.json: times of both, memory, what
was computed on what.

    pip install -c constraints.txt -e '.[models,benchmark]'
    python -m tools.benchmarks.optimizations
    python -m tools.benchmarks.optimizations --only campplus-quantized --again --rounds 1

Each file holds what a person decided (title, stage, original, optimized, rationale, the pairs to
compare). Times of both variants of a pair that metrics/stages.json or its history has from one run
are taken from there; what it lacks, or everything with --again, is measured in fresh processes by
tools/benchmarks/stages, variants of the same work against each other. What was measured for a file
stays until --again.
"""

from __future__ import annotations

import argparse
import json
import sys
import tempfile
from collections.abc import Iterator, Mapping
from datetime import date
from pathlib import Path
from typing import Any

import attrs

from tools.benchmarks.stage_runs import ROOT, Rows, find, git, runs
from tools.benchmarks.stages.measure import RECORDING, RIVALS, cells_of
from tools.benchmarks.stages.tasks import NOISE_DB, TASKS, Task, save_inputs
from tools.optimizations.records import read_optimizations
from tools.optimizations.words import promise
from vsat_core.config.registry import Registry, load
from vsat_core.contract.params import build
from vsat_core.engine.atomic_files import write_json
from vsat_core.errors import VsatError
from vsat_core.measure.bench import row
from vsat_core.measure.cells import Limits, measure
from vsat_core.measure.machine import fingerprint

FOLDER = ROOT / "metrics" / "optimizations"
MORE = (
    Task("cut voices", "cut", "voices"),
    Task("index scan, 1 h", "index", "scan", (), "hour"),
)
WORK = {task.name: task for task in (*TASKS, *MORE)}
SIDES = ("original", "optimized")
MEASURED = "measured for this"
Document = dict[str, Any]


def needed(documents: Mapping[str, Document], again: bool) -> dict[str, set[str]]:
    """Work to the variants that its pairs name, `again` also of those recorded. Raises SystemExit
    for unknown work.
    """
    found: dict[str, set[str]] = {}
    for name, pair in pairs(documents):
        if pair["work"] not in WORK:
            sys.exit(
                f"{FOLDER / name}.json: there is no work {pair['work']!r}; one of {', '.join(WORK)}"
            )
        if again or not is_recorded(pair):
            found.setdefault(pair["work"], set()).update(pair[side]["variant"] for side in SIDES)
    return found


def is_recorded(pair: Document) -> bool:
    """Whether both variants have times."""
    return all(pair[side].get("seconds") for side in SIDES)


def pairs(documents: Mapping[str, Document]) -> Iterator[tuple[str, Document]]:
    """(name of the file, pair) of all."""
    for name, document in documents.items():
        for pair in document.get("pairs", []):
            yield name, pair


def measured(
    works: Mapping[str, set[str]], registry: Registry, limits: Limits, recording: Path
) -> Iterator[tuple[str, dict[str, Any]]]:
    """(work, rows) of each, its variants against each other; a variant that cannot run has a row
    with its failure.
    """
    tasks = tuple(WORK[work] for work in works)
    with tempfile.TemporaryDirectory(prefix="vsat-optimizations-") as name:
        root = Path(name)
        save_inputs(root, recording, tasks)
        for task in tasks:
            cells, missing = cells_of(task, registry, root, recording, [])
            found = measure([c for c in cells if c.name in works[task.name]], limits)
            rows = {n: row(m, 0.0) for n, m in found.items()}
            yield (
                task.name,
                rows
                | {
                    n: {"failure": {"kind": "missing", "reason": why}} for n, why in missing.items()
                },
            )


def record(pair: Document, rows: Rows, registry: Registry, taken: Document) -> str:
    """Put the figures of both variants into a pair; returns why not, or "". Nothing is changed
    then.
    """
    sides = {
        side: rows.get(pair[side]["variant"], {"failure": {"reason": "not measured"}})
        for side in SIDES
    }
    for side, r in sides.items():
        if "failure" in r:
            return f"{pair[side]['variant']}: {r['failure']['reason']}"
    task = WORK[pair["work"]]
    for side, r in sides.items():
        pair[side] |= {
            "params": params_of(task, pair[side]["variant"], registry),
            "seconds": r["seconds"],
        }
        pair[side] |= {k: r[k] for k in ("memory_before_mb", "memory_peak_mb") if k in r}
    method = registry.find(task.stage, f"{task.method}.baseline")
    ours = all(pair[side]["variant"].startswith(f"{task.method}.") for side in SIDES)
    agreement = method.card.agreement if method and ours else None
    pair |= {
        "agreement": promise(agreement),
        "taken": {
            "input": input_of(task, taken["recording"]),
            **{k: v for k, v in taken.items() if k != "recording"},
        },
    }
    return ""


def params_of(task: Task, name: str, registry: Registry) -> Document:
    """All params a variant was measured with."""
    variant = registry.find(task.stage, name)
    if variant is None:
        return {}
    known = {f.name for f in attrs.fields(variant.card.params)}
    values, _ = build(
        variant.card.params, {k: v for k, v in task.params.items() if k in known}, "params"
    )
    return attrs.asdict(values)


def input_of(task: Task, recording: str) -> str:
    """What the work is done on."""
    if task.where.startswith("embeddings"):
        return f"{int(task.where.removeprefix('prints')):,} made-up embeddings"
    return {
        "talk": recording,
        "noisy": f"{recording} in noise at {NOISE_DB:g} dB",
        "hour": "an hour of random words and turns",
    }[task.where]


def now(recording: str) -> Document:
    """Where and when figures that are taken now come from."""
    changed = "+changes" if git("status", "--porcelain", "--", "vsat_core", "plugins") else ""
    return {
        "recording": recording,
        "source": MEASURED,
        "date": date.today().isoformat(),
        "commit": git("rev-parse", "--short", "HEAD") + changed,
    }


def parsed() -> argparse.Namespace:
    """The options."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument(
        "--only", action="append", default=[], metavar="NAME", help="files to record (default: all)"
    )
    parser.add_argument(
        "--again", action="store_true", help="measure also what metrics/stages.json has"
    )
    parser.add_argument(
        "--lift", action="store_true", help="measure nothing: only what metrics/stages.json has"
    )
    parser.add_argument("--recording", type=Path, default=RECORDING)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--processes", type=int, default=3)
    parser.add_argument(
        "--budget", type=float, default=20, help="seconds for all calls of one variant"
    )
    return parser.parse_args()


def main() -> int:
    """Record, write the files, say what could not be; 1 if something could not."""
    args = parsed()
    entries = [o.name for o in read_optimizations(FOLDER)]
    if unknown := set(args.only) - set(entries):
        sys.exit(f"no such file in {FOLDER}: {', '.join(sorted(unknown))}")
    names = [n for n in entries if not args.only or n in args.only]
    documents = {n: json.loads((FOLDER / f"{n}.json").read_text(encoding="utf-8")) for n in names}
    registry = load([RIVALS])
    if not args.again:
        lift(documents, registry)
    left = {} if args.lift else needed(documents, args.again)
    limits = Limits(args.rounds, args.processes, timeout_s=300, budget_s=args.budget)
    problems = []
    for work, rows in measured(left, registry, limits, args.recording) if left else ():
        print(f"measured: {work}", flush=True)
        taken = {**now(args.recording.name), "apart": False}
        for name, pair in pairs(documents):
            if pair["work"] == work and (args.again or not is_recorded(pair)):
                problems += put(
                    name,
                    documents[name],
                    pair,
                    rows,
                    registry,
                    taken,
                    fingerprint(threads=limits.threads),
                )
    print(
        "\n".join(problems)
        or f"{len(names)} files looked at; every pair that was asked for is recorded"
    )
    return 1 if problems else 0


def lift(documents: Mapping[str, Document], registry: Registry) -> None:
    """Record what metrics/stages.json or its history has; what was measured for a file stays."""
    every = list(runs())
    for name, pair in pairs(documents):
        if pair.get("taken", {}).get("source") == MEASURED:
            continue
        if found := find(every, pair["work"], *(pair[side]["variant"] for side in SIDES)):
            run, rows, apart = found
            put(
                name,
                documents[name],
                pair,
                rows,
                registry,
                {**run.taken, "apart": apart},
                run.meta["machine"],
            )


def put(
    name: str,
    document: Document,
    pair: Document,
    rows: Rows,
    registry: Registry,
    taken: Document,
    machine: Mapping[str, Any],
) -> list[str]:
    """Record one pair and write its file; returns a line if that cannot be."""
    if why := record(pair, rows, registry, {**taken, "machine": {"key": machine["key"]}}):
        return [f"{name}: {pair['work']}: {why}"]
    document["_meta"]["machine"] = machine
    write_json(FOLDER / f"{name}.json", document)
    return []


if __name__ == "__main__":
    try:
        sys.exit(main())
    except VsatError as error:
        sys.exit(f"optimizations.py: {error}")
