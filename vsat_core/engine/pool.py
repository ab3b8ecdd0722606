"""Several recordings side by side: worker processes that each load the models once and share one
queue of recordings.

A process that dies costs the recording it had; another one takes its place.
"""

from __future__ import annotations

import contextlib
import json
import signal
import threading
from collections.abc import Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Protocol

import attrs
import psutil

from vsat_core.config import places
from vsat_core.contract import scratch
from vsat_core.contract.threads import thread_count
from vsat_core.engine.child_loop import Reply
from vsat_core.engine.job_queue import Job, JobQueue
from vsat_core.engine.run_order import FOREVER_S, PlainOrder, answer_of
from vsat_core.engine.summary import RunSummary
from vsat_core.engine.worker import Worker, WorkerFailed
from vsat_core.failures import BUS_ERROR, Failed
from vsat_core.library.location import FOLDER as RECORDS
from vsat_core.printable import printable

# of one process: `accurate-meeting` peaks at 0.9 GB on recordings of any length
WORKER_BYTES = 1_500_000_000


class PoolListener(Protocol):
    """Follows the pool; `worker` counts its processes from 0."""

    def file_starts(self, path: Path, worker: int) -> None:
        """A process takes a recording."""

    def event(self, worker: int, event: Reply) -> None:
        """A stage begins there, or moves."""

    def file_ends(self, summary: RunSummary) -> None:
        """A recording is done."""

    def file_fails(self, failed: Failed) -> None:
        """A recording is not done."""


def n_workers(n_recordings: int) -> int:
    """The default number of processes: at most one a recording, a core, and 1.5 GB of free memory.

    >>> n_workers(1)
    1
    """
    fit = int(psutil.virtual_memory().available // WORKER_BYTES)
    return max(1, min(n_recordings, thread_count(0), fit))


@attrs.define
class WorkerPool:
    """`n` processes with the cores shared out between them."""

    order: PlainOrder
    n: int
    _stopped: threading.Event = attrs.field(factory=threading.Event, init=False)
    _workers: dict[int, Worker] = attrs.field(factory=dict, init=False)
    _outs: set[Path] = attrs.field(factory=set, init=False)

    def run(self, queue: JobQueue, listener: PoolListener) -> None:
        """All recordings, each reported to `listener` as it ends; an interrupt stops every process
        at once.
        """
        places.announce()
        threads = ThreadPoolExecutor(self.n, "vsat-pool")
        try:
            begun = [threads.submit(self._serve, i, queue, listener) for i in range(self.n)]
            for done in begun:
                done.result()
        finally:
            self._stopped.set()
            self._end(threads)

    def _serve(self, index: int, queue: JobQueue, listener: PoolListener) -> None:
        """Recordings from the queue to the process of this index, until there is none left."""
        while job := queue.take(self._stopped):
            self._outs.add(job.out)
            sweep_once(job.out)
            listener.file_starts(job.source.path, index)
            answer = self._one(job, listener, index)
            if isinstance(answer, Failed) and self._stopped.is_set():
                return
            if isinstance(answer, Failed):
                queue.ends(job, answer)
                listener.file_fails(answer)
            else:
                queue.ends(job, None)
                listener.file_ends(answer)

    def _end(self, threads: ThreadPoolExecutor) -> None:
        for worker in list(self._workers.values()):
            worker.kill()
        threads.shutdown()
        for worker in self._workers.values():
            worker.close()
        if self._workers:
            sweep(self._outs)

    def _one(self, job: Job, listener: PoolListener, index: int) -> RunSummary | Failed:
        """One recording by the process of this index, which is started if there is none."""
        source = job.source
        try:
            if index not in self._workers:
                self._start(index)
            text = self.order.record(str(source.path), source.name, str(job.out))
            reply = self._workers[index].ask(
                **json.loads(text),
                timeout_s=FOREVER_S,
                on_event=lambda event: listener.event(index, event),
            )
            return answer_of(reply)
        except WorkerFailed as failed:
            dead = index in self._workers and not self._workers[index].alive
            if dead and not self._stopped.is_set():
                self._workers.pop(index).close()
                sweep({job.out})
            return died(source.path, failed)
        except OSError as error:
            if isinstance(error, BrokenPipeError):
                raise  # nobody reads what `listener` prints
            return Failed.of(source.path, error)  # no process could be started

    def _start(self, index: int) -> None:
        """A process with its pipeline made. Raises WorkerFailed."""

        def starting(worker: Worker) -> None:
            self._workers[index] = worker

        try:
            self.order.child().worker(max(1, thread_count(0) // self.n), starting)
        except BaseException:
            self._workers.pop(index, None)
            raise


def died(path: Path | str, failed: WorkerFailed) -> Failed:
    """The line for a recording whose process could not answer."""
    reason = " ".join(f"{failed.failure.kind}: {failed.failure.reason}".split())
    if failed.failure.reason.startswith(signal.SIGBUS.name):
        reason += f"; {BUS_ERROR}"
    return Failed(printable(f"{path}: {reason}"), "")


def sweep(outs: Iterable[Path]) -> None:
    """Remove the scratch of processes that were killed."""
    for folder in _scratch_folders(outs):
        scratch.remove_dead(folder)


def sweep_once(out: Path) -> None:
    """Remove what earlier commands left that were killed; looks once a process. A run that finds
    everything in the cache needs no scratch, so nothing else would.
    """
    for folder in _scratch_folders([out]):
        scratch.clean(folder)


def _scratch_folders(outs: Iterable[Path]) -> Iterator[Path]:
    with contextlib.suppress(FileNotFoundError):
        yield scratch.temporary()
    yield places.cache_folder()
    for out in outs:
        yield out
        yield out / RECORDS
