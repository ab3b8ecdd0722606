"""Whether combinations take what their parts take: python tests/benchmarks/composition.py FOLDER [N].

FOLDER is the --out of a finished `vsat matrix`. N random combinations (30) without PocketSphinx as recogniser, which
takes up to half a minute alone, are run whole and, in turns with that, stage by stage in processes of their own on the
same inputs, so that both meet the same load of the machine. Stages under 10 ms count as the matrix measured them.
"""
from __future__ import annotations

import contextlib
import json
import shlex
import sys
import tempfile
from argparse import ArgumentParser
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np

from vsat_core.artifacts import Source
from vsat_core.cli.matrix_command import configure, requested
from vsat_core.matrix.chart import Chart, after
from vsat_core.matrix.compose import Composer
from vsat_core.matrix.explore import Explorer
from vsat_core.matrix.options import Option
from vsat_core.matrix.parts import parts_of, weigh_libraries
from vsat_core.matrix.plan import Plan, plan
from vsat_core.matrix.store import describe
from vsat_core.matrix.validate import draw, profile_of, trace
from vsat_core.measure.worker import Worker
from vsat_core.stages import STAGES

SHORT_S, ROUNDS, SEED = 0.01, 3, 11


def composer_of(folder: Path) -> tuple[Plan, Composer]:
    """The matrix that was measured there, from what is kept; nothing is measured anew."""
    words = shlex.split(json.loads((folder / "matrix.json").read_text())["command"])[2:]
    parser = ArgumentParser()
    configure(parser)
    ready = plan(requested(parser.parse_args(words)))
    charts = [Chart(p, Source(p).digest()) for p in ready.request.files]
    explorer = Explorer(
        ready.selection, ready.anchor, ready.store, ready.request.limits, ready.request.plugins, ready.machine["key"]
    )
    found = explorer.explore(charts)
    explorer.close()
    good = {k: m for k, m in found.costs.items() if not m.failure}
    libraries = weigh_libraries(ready.store, ready.request.limits, list(good.values()))
    return ready, Composer(ready.selection, charts, {k: parts_of(m, libraries) for k, m in good.items()}, libraries)


def live(ready: Plan, composer: Composer, combination: dict[str, Option], folder: Path) -> tuple[float, float, int]:
    """Seconds of the parts and of the whole (median over rounds of turns), and how many parts were run."""
    chart, state, short, jobs = composer.charts[0], dict[str, str](), 0.0, []
    for step in trace(composer, combination, 0) or []:
        option, inputs = combination[step.stage], chart.inputs(step.stage, state)
        if (seconds := composer.parts[step.cost].seconds * step.scale) < SHORT_S:
            short += seconds
        else:
            loading = {"do": "load", "inputs": describe(inputs, step.stage, ready.store, chart.path)}
            jobs.append(([{"do": "open", **option.opening(ready.request.plugins)}, loading,
                          {"do": "prepare", "once": True}], {"do": "call"}))
        state = after(step.stage, state, step.gives)
    file = folder / "profile.toml"
    file.write_text(profile_of("whole", combination, "", ready.request.plugins).toml())
    targets = ["attribute", "write"]
    whole = {"do": "run", "source": str(chart.path), "targets": targets, "out": str(folder / "out")}
    jobs.append(([{"do": "profile", "path": str(file), "targets": targets}], whole))
    with contextlib.ExitStack() as stack, ThreadPoolExecutor(2) as pool:
        workers = list(pool.map(lambda job: _ready(stack, job[0], ready), jobs))
        for worker, (_, timed) in zip(workers, jobs, strict=True):
            worker.ask(**timed)
        pairs = [(worker, timed) for worker, (_, timed) in zip(workers, jobs, strict=True)]
        times = np.array([[worker.ask(**timed)["seconds"] for worker, timed in pairs] for _ in range(ROUNDS)])
    parts, wholes = times[:, :-1].sum(1) + short, times[:, -1]
    return float(np.median(parts)), float(np.median(wholes)), len(jobs) - 1


def _ready(stack: contextlib.ExitStack, jobs: list[dict[str, object]], ready: Plan) -> Worker:
    worker = stack.enter_context(ready.request.limits.worker())
    for job in jobs:
        worker.ask(**job)  # type: ignore[arg-type]
    return worker


def main() -> None:
    """Print each combination and how far apart both were."""
    ready, composer = composer_of(Path(sys.argv[1]))
    wanted = int(sys.argv[2]) if len(sys.argv) > 2 else 30
    drawn = [c for c in draw(composer.selection, composer, 3 * wanted, SEED) if c["transcribe"].method != "sphinx"]
    errors = []
    for number, one in enumerate(drawn[:wanted], 1):
        with tempfile.TemporaryDirectory() as folder:
            parts, whole, n = live(ready, composer, one, Path(folder))
        errors.append(parts / whole - 1)
        slow = ", ".join(o.name for s, o in one.items() if s in ("detect", "embed", "transcribe", "align"))
        print(f"{number:3d} parts {parts:7.3f} s ({n} run)  whole {whole:7.3f} s  {100 * errors[-1]:+6.1f} %  {slow}",
              flush=True)
    size = np.abs(errors)
    print(f"{len(size)} combinations of {len(STAGES)} stages: error {100 * np.median(size):.1f} % at the median, "
          f"{100 * np.percentile(size, 90):.1f} % at the 90th percentile, {100 * np.median(errors):+.1f} % signed")


if __name__ == "__main__":
    main()
