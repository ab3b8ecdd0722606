"""Cells: one variant on given inputs, measured in a process of its own; rivals alternate and one computes at a time."""
from __future__ import annotations

import contextlib
import random
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

import attrs

from vsat_core.measure.statistics import warnings_for
from vsat_core.measure.worker import Failure, Worker, WorkerFailed


@attrs.frozen
class Limits:
    """How a measurement is taken. `memory_limit` in bytes and `threads`: 0 sets none."""

    rounds: int = 5
    seed: int = 1
    threads: int = 0
    memory_limit: int = 0
    timeout_s: float = 600.0

    def worker(self) -> Worker:
        """A process under these limits."""
        return Worker(threads=self.threads, memory_limit=self.memory_limit, timeout_s=self.timeout_s)


@attrs.frozen
class Cell:
    """What to measure: the jobs that make a worker ready, and the job that is timed (see child.py)."""

    name: str
    ready: tuple[dict[str, Any], ...]
    timed: Mapping[str, Any]
    save: Path | None = None

    @classmethod
    def of_stage(
        cls, name: str, opening: Mapping[str, Any], inputs: Sequence[Mapping[str, str]], save: Path | None = None
    ) -> Cell:
        """A stage's cell; with `save` the answer of the dropped first call is kept there."""
        ready = ({"do": "open", **opening}, {"do": "load", "inputs": [dict(i) for i in inputs]}, {"do": "prepare"})
        return cls(name, ready, {"do": "call"}, save)


@attrs.define
class Measured:
    """What came of a cell: either figures, or the reason why there are none. Seconds and bytes."""

    name: str
    seconds: list[float] = attrs.field(factory=list)
    first_s: float | None = None
    import_s: float = 0.0
    prepare_cold_s: float = 0.0
    prepare_warm_s: float = 0.0
    memory: dict[str, int] = attrs.field(factory=dict)
    failure: Failure | None = None

    def warnings(self) -> list[str]:
        """What makes the times doubtful."""
        return warnings_for(self.seconds, self.first_s) if self.seconds else []


Tick = Callable[[str], None]


def measure(cells: Sequence[Cell], limits: Limits, tick: Tick = lambda name: None) -> dict[str, Measured]:
    """Time all cells alternately in seeded order, then take their memory, each in a fresh process.

    A cell that fails is a result with its reason; the others are untouched.
    """
    results = {c.name: Measured(c.name) for c in cells}
    with contextlib.ExitStack() as stack:
        workers: dict[str, Worker] = {}
        for cell in cells:
            with _caught(results[cell.name]):
                workers[cell.name] = stack.enter_context(limits.worker())
                _open(workers[cell.name], cell, results[cell.name])
            tick(cell.name)
        order = list(cells)
        shuffle = random.Random(limits.seed).shuffle
        for _ in range(limits.rounds):
            shuffle(order)
            for cell in order:
                result = results[cell.name]
                if result.failure is None:
                    with _caught(result):
                        result.seconds.append(workers[cell.name].ask(**cell.timed)["seconds"])
                tick(cell.name)
    for cell in cells:
        if results[cell.name].failure is None:
            with _caught(results[cell.name]):
                results[cell.name].memory = _memory(cell, limits)
        tick(cell.name)
    return results


def _open(worker: Worker, cell: Cell, result: Measured) -> None:
    """Make a worker ready and drop its first call."""
    for job in cell.ready:
        reply = worker.ask(**job)
        result.import_s += reply.get("import_s", 0.0)
        result.prepare_cold_s += reply.get("cold_s", 0.0)
        result.prepare_warm_s += reply.get("warm_s", 0.0)
    save: dict[str, Any] = {"save": str(cell.save)} if cell.save else {}
    if cell.save:
        cell.save.mkdir(parents=True, exist_ok=True)
    result.first_s = worker.ask(**cell.timed, **save)["seconds"]


def _memory(cell: Cell, limits: Limits) -> dict[str, int]:
    """Memory of the first call in a fresh process: before, after, delta, sampled peak, and the kernel's VmHWM."""
    with limits.worker() as worker:
        for job in cell.ready:
            worker.ask(**job)
        reply = worker.ask(**{**cell.timed, "do": f"{cell.timed['do']}_memory"}, sample=True)
        peak = max(worker.peak_bytes, reply["before"], reply["after"])
    return {**reply, "delta": reply["after"] - reply["before"], "peak": peak}


@contextlib.contextmanager
def _caught(result: Measured) -> Any:
    """Turn a worker's failure into the cell's result."""
    try:
        yield
    except WorkerFailed as failed:
        result.failure = failed.failure
