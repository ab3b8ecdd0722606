"""The recordings of one command by the workers of a Dask cluster.

Files are the truth: a task claims its recording where the results go, so nothing is done twice
when a worker dies or the scheduler begins again and all that was under way is sent once more.
"""

from __future__ import annotations

import itertools
import os
import threading
from collections.abc import Sequence

import attrs

from vsat_core.engine.child_loop import Reply
from vsat_core.engine.job_queue import Job
from vsat_core.engine.run_order import RunOrder, answer_of
from vsat_core.executors import dask_task
from vsat_core.executors.dask_carrier import Carrier
from vsat_core.executors.dask_cluster import connected
from vsat_core.executors.dask_task import Task
from vsat_core.executors.executor import BatchListener
from vsat_core.executors.shared_queue import Sharing, State
from vsat_core.failures import Failed


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
        recordings = Recordings(order, jobs, sharing, listener)
        with connected(self.address, min(self.n, len(jobs))) as connection:
            Carrier(connection, jobs, recordings, dask_task.run_recording).run()
        return recordings.n_elsewhere


class Recordings:
    """What is sent of each recording, and what the listener hears of it."""

    def __init__(
        self,
        order: RunOrder,
        jobs: Sequence[Job],
        sharing: Sharing | None,
        listener: BatchListener,
    ) -> None:
        self._order, self._sharing, self._listener = order.plain(), sharing, listener
        self._child = self._order.child()
        self._paths = {os.path.abspath(job.source.path): job.source.path for job in jobs}
        # bars of the recordings that are worked on, by path; None for those that have ended
        self._bars: dict[str, int | None] = {}
        self._lock = threading.Lock()
        self.n_elsewhere = 0

    def task(self, item: Job, command: str, workers: int) -> Task:
        path, out = os.path.abspath(item.source.path), os.path.abspath(item.out)
        name = item.source.name
        job = self._order.record(path, name, out)
        return Task(command, self._child, job, path, out, workers, name, self._sharing)

    def event(self, event: Reply) -> None:
        path = str(event["of"])
        with self._lock:
            begins = event["event"] == "start"
            if begins and path not in self._bars:
                taken = self._bars.values()
                self._bars[path] = next(i for i in itertools.count() if i not in taken)
            bar = self._bars.get(path)
        if bar is not None and begins:
            self._listener.file_starts(self._paths[path], bar)
        elif bar is not None:
            self._listener.event(bar, event)

    def ends(self, item: Job, reply: Reply) -> bool:
        state, path = reply.get("state"), str(item.source.path)
        if state == State.CLAIMED.name:
            return False
        with self._lock:
            self._bars[os.path.abspath(item.source.path)] = None
        if state == State.DONE.name:
            self.n_elsewhere += 1
        elif state == State.FAILED.name:
            self._listener.file_fails(Failed(str(reply["line"]), ""))
        else:
            answer = answer_of(reply)
            if isinstance(answer, Failed):  # with the path as the user gave it
                line = answer.line.replace(os.path.abspath(path), path)
                self._listener.file_fails(Failed(line, answer.trace))
            else:
                files = [str(item.out / os.path.basename(f)) for f in answer.files]
                self._listener.file_ends(attrs.evolve(answer, path=path, files=files))
        return True

    def fails(self, item: Job, error: BaseException) -> None:
        with self._lock:
            self._bars[os.path.abspath(item.source.path)] = None
        self._listener.file_fails(Failed.of(item.source.path, error))
