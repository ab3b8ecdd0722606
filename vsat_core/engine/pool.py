"""Several recordings side by side: worker processes that each load the models once and share one
list of recordings.

A process that dies costs the recording it had; another one takes its place.
"""

from __future__ import annotations

import contextlib
import threading
from collections.abc import Iterable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Protocol

import attrs
import psutil

from vsat_core.artifacts import Artifact, Source
from vsat_core.config import places
from vsat_core.config.profile import Profile
from vsat_core.contract import scratch
from vsat_core.contract.threads import thread_count
from vsat_core.contract.workspace import Workspace
from vsat_core.engine.child_loop import Reply
from vsat_core.engine.prefetch import reading_ahead
from vsat_core.engine.summary import RunSummary
from vsat_core.engine.worker import Worker, WorkerFailed
from vsat_core.failures import Failed
from vsat_core.printable import printable

MODULE = "vsat_core.engine.pool_worker"
# of one process: `accurate-meeting` peaks at 0.9 GB on recordings of any length
WORKER_BYTES = 1_500_000_000
FOREVER_S = 1e9


class Job(Protocol):
    """A recording and the folder for its results."""

    @property
    def source(self) -> Source:
        """The recording."""

    @property
    def out(self) -> Path:
        """Where its files go."""


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

    profile: Profile
    plugins: Sequence[Path]
    cache: bool
    n: int
    overwrite: bool = False
    again: Sequence[str] = ()
    library: Path | None = None
    _stopped: threading.Event = attrs.field(factory=threading.Event, init=False)
    _workers: dict[int, Worker] = attrs.field(factory=dict, init=False)

    def run(
        self, jobs: Sequence[Job], targets: Sequence[str | type[Artifact]], listener: PoolListener
    ) -> None:
        """All recordings, each reported to `listener` as it ends; an interrupt stops every process
        at once.
        """
        places.announce()
        queue, lock = reading_ahead(jobs), threading.Lock()
        with Workspace(others=[places.cache_folder()]) as space:
            file = space.folder / "profile.toml"
            file.write_text(self.profile.toml(), encoding="utf-8")

            def serve(index: int) -> None:
                for job in _shared(queue, lock):
                    if self._stopped.is_set():
                        return
                    listener.file_starts(job.source.path, index)
                    self._one(job, targets, listener, index, file)

            threads = ThreadPoolExecutor(self.n, "vsat-pool")
            try:
                for done in [threads.submit(serve, index) for index in range(self.n)]:
                    done.result()
            finally:
                self._stopped.set()
                self._end(threads, jobs)

    def _end(self, threads: ThreadPoolExecutor, jobs: Sequence[Job]) -> None:
        for worker in list(self._workers.values()):
            worker.kill()
        threads.shutdown()
        for worker in self._workers.values():
            worker.close()
        if self._workers:
            _sweep({job.out for job in jobs})

    def _one(
        self,
        job: Job,
        targets: Sequence[str | type[Artifact]],
        listener: PoolListener,
        index: int,
        profile: Path,
    ) -> None:
        """One recording by the process of this index, which is started if there is none."""
        try:
            if index not in self._workers:
                self._start(index, profile)
            reply = self._workers[index].ask(
                "record",
                path=str(job.source.path),
                name=job.source.name,
                out=str(job.out),
                targets=[*self.profile.graph.stages_for(targets)],
                timeout_s=FOREVER_S,
                on_event=lambda event: listener.event(index, event),
            )
        except WorkerFailed as failed:
            if self._stopped.is_set():
                return
            reason = " ".join(f"{failed.failure.kind}: {failed.failure.reason}".split())
            listener.file_fails(Failed(printable(f"{job.source.path}: {reason}"), ""))
            if index in self._workers and not self._workers[index].alive:
                self._workers.pop(index).close()
                _sweep({job.out})
            return
        except OSError as error:
            if isinstance(error, BrokenPipeError):
                raise  # nobody reads what `listener` prints
            listener.file_fails(Failed.of(job.source.path, error))  # no process could be started
            return
        if "summary" in reply:
            listener.file_ends(RunSummary.read(reply["summary"]))
        else:
            listener.file_fails(Failed(str(reply["line"]), str(reply["trace"])))

    def _start(self, index: int, profile: Path) -> None:
        """A process with its pipeline made. Raises WorkerFailed."""
        threads = max(1, thread_count(0) // self.n)
        worker = self._workers[index] = Worker(threads=threads, module=MODULE)
        try:
            worker.__enter__()
            worker.ask(
                "begin",
                profile=str(profile),
                plugins=[str(p) for p in (*self.profile.plugins, *self.plugins)],
                cache=self.cache,
                overwrite=self.overwrite,
                again=list(self.again),
                library=str(self.library) if self.library else "",
                timeout_s=FOREVER_S,
            )
        except BaseException:
            self._workers.pop(index).close()
            raise


def _sweep(outs: Iterable[Path]) -> None:
    """Remove the scratch of processes that were killed."""
    with contextlib.suppress(FileNotFoundError):
        scratch.remove_dead(scratch.temporary())
    for folder in (places.cache_folder(), *outs):
        scratch.remove_dead(folder)


def _shared(queue: Iterator[Job], lock: threading.Lock) -> Iterator[Job]:
    """What is left of the queue, handed to several threads."""
    while True:
        with lock:
            job = next(queue, None)
        if job is None:
            return
        yield job
