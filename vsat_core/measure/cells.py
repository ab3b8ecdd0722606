"""Cells: one variant on given inputs, measured in a process of its own; rivals alternate and one
computes at a time.
"""

from __future__ import annotations

import contextlib
import random
from collections.abc import Callable, Iterable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import attrs

from vsat_core.config.profile import Choice, Profile
from vsat_core.contract.threads import thread_count
from vsat_core.engine.worker import Worker, WorkerFailed
from vsat_core.measure.measured import Measured

CHEAP_S = 0.1  # calls below are never too many
ONLY_CALL = 2.0  # budgets; below, a second call is worth its time


@attrs.frozen
class Limits:
    """How a measurement is taken. `threads` are set in every process; `memory_limit` in bytes, 0
    sets none.

    A cell is timed in several fresh `processes`, because two processes of the same code differ by
    more than two calls of one do (Kalibera and Jones 2013, "Rigorous benchmarking in reasonable
    time"), each of `rounds` calls. `budget_s` bounds what the calls of one cell take together; 0
    sets no bound. A first call several times as long is the only one, and counts: what it pays for
    once is little next to it. With `far`, a cell whose first call took more than so many times the
    fastest one's has one call a process: it need not be known to the tenth. `starts` processes are
    made ready at the same time, and after the first pass make their first call so, which is quicker
    but says less of how long getting ready takes.
    """

    rounds: int = 5
    processes: int = 1
    seed: int = 1
    threads: int = attrs.field(default=0, converter=thread_count)
    memory_limit: int = 0
    timeout_s: float = 600.0
    budget_s: float = 0.0
    starts: int = 1
    far: float = 0.0

    @classmethod
    def of(cls, numbers: Mapping[str, Any], starts: int = 1, far: float = 0.0) -> Limits:
        """From the numbers of a command, of which `memory_limit` is in megabytes."""
        return cls(
            numbers["rounds"],
            numbers["processes"],
            numbers.get("seed", 1),
            numbers["threads"],
            int(numbers["memory_limit"] * 1e6),
            float(numbers["timeout"]),
            float(numbers["budget"]),
            starts,
            far,
        )

    def allow(self, seconds: Sequence[float]) -> bool:
        """Whether one more call, as long as these were, stays within the budget."""
        return (
            not self.budget_s
            or not seconds
            or sum(seconds) * (1 + 1 / len(seconds)) <= self.budget_s
        )

    def worker(self) -> Worker:
        """A process under these limits."""
        return Worker(
            threads=self.threads, memory_limit=self.memory_limit, timeout_s=self.timeout_s
        )


@attrs.frozen
class Cell:
    """What to measure: the jobs that make a worker ready, and the job that is timed (see
    child.py).
    """

    name: str
    ready: tuple[dict[str, Any], ...]
    timed: Mapping[str, Any]
    save: Path | None = None

    @classmethod
    def of_stage(
        cls,
        name: str,
        opening: Mapping[str, Any],
        inputs: Sequence[Mapping[str, str]],
        save: Path | None = None,
        once: bool = False,
    ) -> Cell:
        """A stage's cell; with `save` the answer of the dropped first call is kept there.

        With `once` it is not prepared again to see how long that takes, which would leave memory
        behind.
        """
        loading = {"do": "load", "inputs": [dict(i) for i in inputs]}
        ready = ({"do": "open", **opening}, loading, {"do": "prepare", "once": once})
        return cls(name, ready, {"do": "call"}, save)

    @classmethod
    def of_profile(
        cls,
        name: str,
        profile: Profile,
        recording: Path,
        targets: Iterable[str],
        folder: Path,
        save: Path | None = None,
    ) -> Cell:
        """A run of a profile, which is left in `folder`, from the recording to the targets."""
        folder.mkdir(exist_ok=True)
        file = folder / "profile.toml"
        file.write_text(profile.toml(), encoding="utf-8")
        out = str(folder / "out")
        ready = {"do": "profile", "path": str(file), "targets": targets}
        timed = {"do": "run", "source": str(recording), "targets": targets, "out": out}
        return cls(name, (ready,), timed, save)


def opening(choice: Choice, plugins: Iterable[Path]) -> dict[str, Any]:
    """The job that makes a worker import and construct a variant."""
    return {
        "stage": choice.variant.stage,
        "variant": choice.variant.name,
        "params": attrs.asdict(choice.params),
        "tuning": attrs.asdict(choice.tuning),
        "plugins": [str(p) for p in plugins],
    }


Tick = Callable[[str], None]


def measure(
    cells: Sequence[Cell], limits: Limits, tick: Tick = lambda name: None
) -> dict[str, Measured]:
    """All cells against each other, in as many passes as `limits.processes`.

    A cell that fails is a result with its reason; the others are untouched.
    """
    results = {c.name: Measured(c.name) for c in cells}
    for i in range(limits.processes):
        one_pass(cells, limits, results, i, tick)
    return results


def one_pass(
    cells: Sequence[Cell],
    limits: Limits,
    results: Mapping[str, Measured],
    i: int,
    tick: Tick = lambda name: None,
) -> None:
    """Pass i: a fresh process for each cell, all ready before the first round; interleaved, all
    in seeded order.

    The first call of a process is never a time: it fills caches, and in the first pass, one at a
    time, its memory is watched.
    """
    shuffle = random.Random(f"{limits.seed} {i}").shuffle
    order = [
        c for c in cells if results[c.name].failure is None and limits.allow(results[c.name].calls)
    ]
    with contextlib.ExitStack() as stack:
        shuffle(order)
        with ThreadPoolExecutor(limits.starts) as pool:
            begun = [(c, pool.submit(_start, stack, limits, c, results[c.name])) for c in order]
            workers = {cell.name: worker for cell, future in begun if (worker := future.result())}
        for cell in order:
            if cell.name in workers and results[cell.name].first_s is None:
                with _caught(results[cell.name]):
                    _watched_call(workers[cell.name], cell, results[cell.name])
            results[cell.name].seconds.append(_too_long(cell, results[cell.name], limits))
        for cell in cells:
            tick(cell.name)
        once = _far_behind(order, limits, results)
        for number in range(limits.rounds):
            shuffle(order)
            for cell in order:
                result = results[cell.name]
                if number and cell.name in once:
                    continue
                if result.failure is None and limits.allow(result.calls):
                    with _caught(result):
                        reply: dict[str, Any] = workers[cell.name].ask(**cell.timed)
                        result.seconds[-1].append(reply["seconds"])
            for cell in cells:
                tick(cell.name)


def _far_behind(cells: Iterable[Cell], limits: Limits, results: Mapping[str, Measured]) -> set[str]:
    """The names of cells whose first call took `limits.far` times as long as the fastest one's, and
    more than CHEAP_S.
    """
    first = {c.name: s for c in cells if (s := results[c.name].first_s) is not None}
    if not limits.far or not first:
        return set()
    most = max(CHEAP_S, limits.far * min(first.values()))
    return {name for name, s in first.items() if s > most}


def _start(
    stack: contextlib.ExitStack, limits: Limits, cell: Cell, result: Measured
) -> Worker | None:
    """A process made ready, which the stack will close; None if it failed, with the reason in the
    result.

    After the first pass it has made its first call as well.
    """
    first = result.first_s is None
    with _caught(result):
        worker = stack.enter_context(limits.worker())
        if first:
            result.held = {"start": worker.held_bytes}
        start_s = 0.0
        for job in cell.ready:
            reply: dict[str, Any] = worker.ask(**job, weigh=first)
            start_s += reply.get("import_s", 0.0) + reply.get("cold_s", 0.0)
            if first:
                result.import_s += reply.get("import_s", 0.0)
                result.prepare_cold_s += reply.get("cold_s", 0.0)
                result.prepare_warm_s += reply.get("warm_s", 0.0)
                result.held |= {job["do"]: reply["anonymous"]} if "anonymous" in reply else {}
                result.ready_peak = max(result.ready_peak, worker.peak_bytes)
                result.libraries = reply.get("libraries", result.libraries)
        result.starts.append(start_s)
        if not first:
            worker.ask(**cell.timed)
        return worker
    return None


def _watched_call(worker: Worker, cell: Cell, result: Measured) -> None:
    """The first call of the first pass, with memory before, after and between."""
    save: dict[str, Any] = {"save": str(cell.save)} if cell.save else {}
    if cell.save:
        cell.save.mkdir(parents=True, exist_ok=True)
    reply: dict[str, Any] = worker.ask(**cell.timed, **save, weigh=True)
    result.first_s, result.answer = reply["seconds"], reply.get("answer", {})
    result.used = reply.get("libraries", result.libraries)
    memory = reply["memory"]
    peak = max(worker.peak_bytes, memory["before"], memory["after"])
    result.memory = {**memory, "delta": memory["after"] - memory["before"], "peak": peak}


def _too_long(cell: Cell, result: Measured, limits: Limits) -> list[float]:
    """The first call of a stage, if it is far too long for another; that of a pipeline also loads
    what it needs.
    """
    if (
        cell.timed["do"] != "call"
        or not limits.budget_s
        or result.seconds
        or result.first_s is None
    ):
        return []
    return [result.first_s] if result.first_s > ONLY_CALL * limits.budget_s else []


@contextlib.contextmanager
def _caught(result: Measured) -> Any:
    """Turn a worker's failure into the cell's result."""
    try:
        yield
    except WorkerFailed as failed:
        result.failure = failed.failure
