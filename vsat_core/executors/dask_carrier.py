"""The recordings of one command by the workers of a Dask cluster.

Files are the truth: a task claims its recording where the results go, so nothing is done twice
when a worker dies or the scheduler begins again and all that was under way is sent once more.
"""

from __future__ import annotations

import contextlib
import json
import os
import queue
import time
import uuid
from collections import deque
from collections.abc import Sequence
from concurrent.futures import CancelledError
from typing import TYPE_CHECKING

import attrs
import msgspec

from vsat_core.artifacts.json_value import JsonValue
from vsat_core.engine.job_queue import Job
from vsat_core.engine.run_order import RunOrder, answer_of
from vsat_core.executors import dask_task
from vsat_core.executors.dask_cluster import CONNECT_S, Connection, connected
from vsat_core.executors.dask_task import STOPPED, Task
from vsat_core.executors.executor import BatchListener
from vsat_core.executors.shared_queue import LOOK_S, Sharing, State
from vsat_core.failures import Failed

if TYPE_CHECKING:
    from distributed import Future

AHEAD = 2  # tasks for each one that can run: the next one waits where the last one ends


@attrs.frozen
class DaskExecutor:
    """The cluster of the scheduler at `address`; "" starts one of `n` processes for this
    command.
    """

    address: str
    n: int = 0

    def n_workers(self, n_recordings: int) -> int:
        return min(self.n, n_recordings) if self.n else 1

    def run(
        self,
        order: RunOrder,
        jobs: Sequence[Job],
        sharing: Sharing | None,
        listener: BatchListener,
    ) -> int:
        with connected(self.address, min(self.n, len(jobs))) as connection:
            command = Command(connection, order, jobs, sharing, listener)
            try:
                return command.run()
            except BaseException:
                connection.everywhere(dask_task.stop, command.name)
                raise


class Command:
    """The recordings of one command, those that were sent, and those that others have claimed."""

    def __init__(
        self,
        connection: Connection,
        order: RunOrder,
        jobs: Sequence[Job],
        sharing: Sharing | None,
        listener: BatchListener,
    ) -> None:
        self.name = uuid.uuid4().hex
        self._connection, self._listener = connection, listener
        self._order, self._sharing = order.plain(), sharing
        self._left = deque(jobs)
        self._sent: dict[str, tuple[Job, Future]] = {}
        self._ended: queue.SimpleQueue[str] = queue.SimpleQueue()
        self._later: deque[tuple[float, Job]] = deque()
        self._n_sent = self._n_elsewhere = 0

    def run(self) -> int:
        """All of them; returns how many other commands have done. Raises InputError where there is
        no scheduler.
        """
        while self._left or self._sent or self._later:
            self._send()
            with contextlib.suppress(queue.Empty):
                self._receive(self._ended.get(timeout=LOOK_S))
        return self._n_elsewhere

    def _send(self) -> None:
        """As many as the cluster can take now; what was lost with a scheduler is sent again."""
        client, is_new = self._connection.client()
        if is_new:
            self._left.extendleft(reversed([job for job, _ in self._sent.values()]))
            self._sent.clear()
        slots = self._connection.slots()
        now = time.monotonic()
        while self._later and self._later[0][0] <= now:
            self._left.append(self._later.popleft()[1])
        while self._left and len(self._sent) < max(1, AHEAD * sum(slots.values())):
            job = self._left.popleft()
            self._n_sent += 1
            key = f"vsat-{self.name[:8]}-{self._n_sent}"
            text = msgspec.json.encode(self._task(job, max(slots.values(), default=1))).decode()
            future = client.submit(dask_task.run_recording, text, key=key, pure=False)
            self._sent[key] = job, future
            future.add_done_callback(lambda done: self._ended.put(str(done.key)))

    def _task(self, job: Job, workers: int) -> Task:
        path, out = os.path.abspath(job.source.path), os.path.abspath(job.out)
        name = self.name
        return Task(name, self._order, self._sharing, path, job.source.name, out, workers)

    def _receive(self, key: str) -> None:
        """What became of a recording."""
        job, future = self._sent.pop(key, (None, None))
        if job is None or future is None:
            return  # it was lost with a scheduler and has been sent again
        if future.status == "error":
            self._listener.file_fails(Failed.of(job.source.path, _reason(future)))
            return
        try:
            answer = json.loads(future.result(timeout=CONNECT_S))
        except (OSError, TimeoutError, CancelledError):  # the scheduler or the worker is gone
            self._left.append(job)
        else:
            self._report(job, answer)

    def _report(self, job: Job, answer: dict[str, JsonValue]) -> None:
        state = answer.get("state")
        if state == State.CLAIMED.name:
            self._later.append((time.monotonic() + LOOK_S, job))
        elif state == State.DONE.name:
            self._n_elsewhere += 1
        elif state == State.FAILED.name:
            self._listener.file_fails(Failed(str(answer["line"]), ""))
        elif state == STOPPED:
            raise KeyboardInterrupt
        else:
            summary = answer_of(answer)
            if isinstance(summary, Failed):
                self._listener.file_fails(self._as_typed(job, summary))
            else:
                files = [str(job.out / os.path.basename(f)) for f in summary.files]
                path = str(job.source.path)
                self._listener.file_ends(attrs.evolve(summary, path=path, files=files))

    def _as_typed(self, job: Job, failed: Failed) -> Failed:
        """The same with the path as the user gave it."""
        path = str(job.source.path)
        return Failed(failed.line.replace(os.path.abspath(path), path), failed.trace)


def _reason(future: Future) -> BaseException:
    """Why Dask could not do a task."""
    from distributed import KilledWorker

    from vsat_core.errors import InputError

    error = future.exception()
    if isinstance(error, KilledWorker):
        return InputError(
            "each of the Dask workers that had it died; look into their logs, then --retry-failed"
        )
    return error if isinstance(error, BaseException) else InputError(str(error))
