"""What a Dask worker does for `--executor`: one job after the other, by child processes that keep
their models for the next one.

Texts of JSON come and go. The work itself never runs in the process of the Dask worker: Python code
that keeps the interpreter's lock would stop its heartbeat, and the scheduler would give it up.
"""

from __future__ import annotations

import contextlib
import json
import os
import threading
from importlib.metadata import version
from pathlib import Path

import msgspec

from vsat_core.artifacts import Source
from vsat_core.contract.threads import thread_count
from vsat_core.engine.child_loop import Reply
from vsat_core.engine.pool import died, sweep
from vsat_core.engine.run_order import FOREVER_S, ChildOrder, answer_of, plain_answer
from vsat_core.engine.worker import Worker, WorkerFailed
from vsat_core.executors.shared_queue import SharedQueue, Sharing, State
from vsat_core.failures import Failed
from vsat_core.inputs.expand import Job

STOPPED = "STOPPED"  # a state besides those of `State`


class Task(msgspec.Struct, frozen=True):
    """A job about the recording `path`, as JSON, for a process that `child` makes ready. Files go
    to `out`. With `sharing` the recording, which is called `name` there, is claimed first.

    `command` tells commands apart, `workers` is the number of tasks that the machine works on at
    the same time, and `vsat` the version that asks.
    """

    command: str
    child: ChildOrder
    job: str
    path: str
    out: str
    workers: int
    name: str = ""
    sharing: Sharing | None = None
    vsat: str = msgspec.field(default_factory=lambda: version("vsat-speech"))

    def text(self) -> str:
        """The same as JSON."""
        return msgspec.json.encode(self).decode()


class Idle:
    """The child processes of this Dask worker that wait for a job; those of a command before are
    ended when another one asks.
    """

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._order: ChildOrder | None = None
        self._idle: list[Worker] = []
        self._busy: dict[Worker, str] = {}
        self._stopped: set[str] = set()

    def get(self, task: Task) -> Worker:
        """A process ready for this task, taken from here or started. Raises WorkerFailed and
        OSError.
        """
        with self._lock:
            left: list[Worker] = []
            if task.child != self._order:
                left, self._idle, self._order = self._idle, [], task.child
            worker = self._idle.pop() if self._idle else None
            if worker:
                self._busy[worker] = task.command
        for other in left:
            other.close()
        threads = max(1, thread_count(0) // max(1, task.workers))
        return worker or task.child.worker(threads, lambda made: self._begin(made, task.command))

    def give_back(self, task: Task, worker: Worker) -> None:
        """Keep a process for the next task of the same command; a dead one is ended."""
        with self._lock:
            self._busy.pop(worker, None)
            keep = worker.alive and task.child == self._order
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
        self.close()

    def close(self) -> None:
        """End all that waits."""
        with self._lock:
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


def topic_of(command: str) -> str:
    """The topic of what workers say of a command while it goes on."""
    return f"vsat-{command}"


def told(task: Task, event: Reply) -> None:
    """Send what a child process says to the command; `of` is the path of the task. A task begins
    with the event "start".
    """
    from distributed import get_worker

    with contextlib.suppress(ValueError):  # not in a Dask worker
        get_worker().log_event(topic_of(task.command), {**event, "of": task.path})


def run_recording(text: str) -> str:
    """Do a job "record", which is claimed: what `plain_answer` makes, or {"state": ...} where
    another process works on the recording or has done it.
    """
    task = msgspec.json.decode(text, type=Task)
    if task.sharing is None or _other_version(task):
        return json.dumps(_asked(task))
    job = Job(Source(Path(task.path), task.name), Path(task.out))
    with SharedQueue([job], task.sharing) as queue:
        state = queue.state(job)
        if state is not State.MINE:
            return json.dumps({"state": state.name, "line": "".join(f.line for f in queue.failed)})
        reply = _asked(task)
        if "state" not in reply:
            answer = answer_of(reply)
            queue.ends(job, answer if isinstance(answer, Failed) else None)
        return json.dumps(reply)


def ask(text: str) -> str:
    """Do any job: what its process answers, a line and a trace where it cannot, or that it was
    stopped.
    """
    return json.dumps(_asked(msgspec.json.decode(text, type=Task)))


def stop(command: str) -> None:
    """End the processes of a command that was stopped."""
    IDLE.stop(command)


def _asked(task: Task) -> Reply:
    if line := _other_version(task):
        return plain_answer(Failed(line, ""))
    reply = _reply(task)
    return {"state": STOPPED} if IDLE.is_stopped(task.command) else reply


def _reply(task: Task) -> Reply:
    try:
        worker = IDLE.get(task)
    except WorkerFailed as failed:
        return plain_answer(died(task.path, failed))
    except OSError as error:
        return plain_answer(Failed.of(task.path, error))
    told(task, {"event": "start"})
    try:
        return worker.ask(
            **json.loads(task.job),
            timeout_s=FOREVER_S,
            on_event=lambda event: told(task, event),
        )
    except WorkerFailed as failed:
        return plain_answer(died(task.path, failed))
    finally:
        IDLE.give_back(task, worker)


def _other_version(task: Task) -> str:
    """Why this machine cannot do the task, "" if it can."""
    here = version("vsat-speech")
    if here == task.vsat:
        return ""
    return (
        f"{task.path}: the Dask worker on {os.uname().nodename} has VSAT {here}, this command "
        f"{task.vsat}; install the same on both"
    )
