"""Processes that run cases, watched from outside: a hang or a crash costs one case."""

from __future__ import annotations

import contextlib
import shutil
import threading
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import attrs

from tools.fuzz.stock import ROOT
from vsat_core.artifacts.json_value import JsonValue
from vsat_core.engine.child_loop import Reply
from vsat_core.engine.worker import Worker, WorkerFailed

MODULE = "tools.fuzz.child"
HANG_S = 20.0  # of computing: on a busy machine a case may wait for long
STUCK_S = 600.0  # without an answer
CASES_EACH = 500  # by one process, so that what it keeps of plugins does not add up


@attrs.frozen
class Order:
    """Which cases are run, from what, and where their folders are."""

    numbers: Sequence[int]
    seed: int
    stock: Path
    keep: Path
    keep_all: bool = False
    group: str = ""  # of all cases; any if there is none


def verdicts(order: Order, n_processes: int) -> Iterator[Reply]:
    """The verdict on each case, with its `number`, in the order in which they end."""
    numbers, lock = iter(order.numbers), threading.Lock()
    done: list[Reply] = []
    ready, stopped = threading.Condition(), threading.Event()

    def serve() -> None:
        with contextlib.closing(_Seat(order)) as seat:
            while True:
                with lock:
                    number = next(numbers, None)
                if number is None or stopped.is_set():
                    return
                reply = seat.verdict(number)
                with ready:
                    done.append(reply)
                    ready.notify()

    with ThreadPoolExecutor(n_processes) as threads, contextlib.ExitStack() as held:
        held.callback(stopped.set)  # also when nobody asks for more, or the user stops it
        working = [threads.submit(serve) for _ in range(n_processes)]
        given = 0
        while given < len(order.numbers) and not (all(w.done() for w in working) and not done):
            with ready:
                ready.wait_for(lambda: done, 1.0)
                batch, done[:] = done[:], []
            given += len(batch)
            yield from batch
        for one in working:
            one.result()


@attrs.define
class _Seat:
    """One process at a time."""

    order: Order
    _worker: Worker | None = None
    _cases: int = 0

    def verdict(self, number: int) -> Reply:
        """Run a case. What the process did not live to report is the verdict."""
        folder = self.order.keep / str(number)
        try:
            reply = self._started().ask(
                "case",
                number=number,
                seed=self.order.seed,
                folder=str(folder),
                stock=str(self.order.stock),
                keep=self.order.keep_all,
                group=self.order.group,
                timeout_s=STUCK_S,
            )
        except WorkerFailed as failed:
            self.close()
            reply = {"wrong": [f"{failed.failure.kind}: {failed.failure.reason}"], "codes": []}
        if float(str(reply.get("cpu_s", 0))) > HANG_S:
            reply["wrong"] = [*_list(reply["wrong"]), f"hang: {reply['cpu_s']} s of computing"]
        self._cases += 1
        if self._cases >= CASES_EACH:
            self.close()
        return {**reply, "number": number}

    def _started(self) -> Worker:
        if self._worker is None:
            path = {"PYTHONPATH": str(ROOT)}  # tools and tests are not installed
            self._worker = Worker(threads=1, module=MODULE, environment=path)
            self._cases = 0
            self._worker.__enter__()
        return self._worker

    def close(self) -> None:
        """End the process."""
        if self._worker:
            self._worker.close()
        self._worker = None


def _list(value: JsonValue) -> list[JsonValue]:
    return list(value) if isinstance(value, list) else [value]


def remove_if_empty(folder: Path) -> None:
    """Remove the folder of cases if nothing was wrong."""
    if folder.is_dir() and not any(folder.iterdir()):
        shutil.rmtree(folder)
