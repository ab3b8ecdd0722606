"""What a Dask worker does for `vsat run --executor`: one recording, by a child process that keeps
its models for the next one.

Texts of JSON come and go. The work itself never runs in the process of the Dask worker: Python code
that keeps the interpreter's lock would stop its heartbeat, and the scheduler would give it up.
"""

from __future__ import annotations

import os
import threading
from importlib.metadata import version
from pathlib import Path

import msgspec

from vsat_core.artifacts import Source
from vsat_core.contract.threads import thread_count
from vsat_core.engine.pool import died, sweep
from vsat_core.engine.run_order import PlainOrder, plain_answer
from vsat_core.engine.summary import RunSummary
from vsat_core.engine.worker import Worker, WorkerFailed
from vsat_core.executors.shared_queue import SharedQueue, Sharing, State
from vsat_core.failures import Failed
from vsat_core.inputs.expand import Job

STOPPED = "STOPPED"  # a state besides those of `State`


class Task(msgspec.Struct, frozen=True):
    """One recording of a command. `command` tells commands apart, `workers` is the number of tasks
    that the machine works on at the same time, and `vsat` the version that asks.
    """

    command: str
    order: PlainOrder
    sharing: Sharing | None
    path: str
    name: str
    out: str
    workers: int
    vsat: str = msgspec.field(default_factory=lambda: version("vsat-speech"))


class Idle:
    """The child processes of this Dask worker that wait for a recording; those of a command before
    are ended when another one asks.
    """

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._order: PlainOrder | None = None
        self._idle: list[Worker] = []
        self._busy: dict[Worker, str] = {}
        self._stopped: set[str] = set()

    def get(self, task: Task) -> Worker:
        """A process ready for this task, taken from here or started. Raises WorkerFailed."""
        with self._lock:
            left: list[Worker] = []
            if task.order != self._order:
                left, self._idle, self._order = self._idle, [], task.order
            worker = self._idle.pop() if self._idle else None
            if worker:
                self._busy[worker] = task.command
        for other in left:
            other.close()
        threads = max(1, thread_count(0) // max(1, task.workers))
        return worker or task.order.worker(threads, lambda made: self._begin(made, task.command))

    def give_back(self, task: Task, worker: Worker) -> None:
        """Keep a process for the next task of the same command; a dead one is ended."""
        with self._lock:
            self._busy.pop(worker, None)
            keep = worker.alive and task.order == self._order
            if keep:
                self._idle.append(worker)
        if not keep:
            worker.close()
            sweep({Path(task.out)})

    def stop(self, command: str) -> None:
        """End what works on this command, and all that waits."""
        with self._lock:
            self._stopped.add(command)
            for worker in [w for w, of in self._busy.items() if of == command]:
                worker.kill()
            idle, self._idle = self._idle, []
        for worker in idle:
            worker.close()

    def is_stopped(self, command: str) -> bool:
        """Whether `stop` was asked for."""
        return command in self._stopped

    def _begin(self, worker: Worker, command: str) -> None:
        with self._lock:
            self._busy[worker] = command


IDLE = Idle()


def run_recording(text: str) -> str:
    """Do a `Task`: what `plain_answer` makes, or {"state": ...} where another process works on the
    recording or has done it.
    """
    task = msgspec.json.decode(text, type=Task)
    if task.vsat != version("vsat-speech"):
        line = (
            f"{task.path}: the Dask worker on {os.uname().nodename} has VSAT "
            f"{version('vsat-speech')}, this command {task.vsat}; install the same on both"
        )
        return _text(plain_answer(Failed(line, "")))
    job = Job(Source(Path(task.path), task.name), Path(task.out))
    if IDLE.is_stopped(task.command):
        return _text({"state": STOPPED})
    if task.sharing is None:
        return _text(plain_answer(_run(task)))
    with SharedQueue([job], task.sharing) as queue:
        state = queue.state(job)
        if state is not State.MINE:
            return _text({"state": state.name, "line": "".join(f.line for f in queue.failed)})
        answer = _run(task)
        if IDLE.is_stopped(task.command):
            return _text({"state": STOPPED})
        queue.ends(job, answer if isinstance(answer, Failed) else None)
        return _text(plain_answer(answer))


def stop(command: str) -> None:
    """End the processes of a command that was stopped."""
    IDLE.stop(command)


def _run(task: Task) -> RunSummary | Failed:
    try:
        worker = IDLE.get(task)
    except WorkerFailed as failed:
        return died(task.path, failed)
    except OSError as error:
        return Failed.of(task.path, error)
    try:
        return task.order.record(worker, task.path, task.name, task.out)
    except WorkerFailed as failed:
        return died(task.path, failed)
    finally:
        IDLE.give_back(task, worker)


def _text(value: object) -> str:
    return msgspec.json.encode(value).decode()
