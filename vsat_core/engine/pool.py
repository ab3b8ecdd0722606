"""Several recordings side by side: worker processes that each load the models once and share one
list of work.

A process that dies costs the recording it had; another one takes its seat.
"""

from __future__ import annotations

import contextlib
import threading
from collections.abc import Iterable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any, Protocol

import attrs
import psutil

from vsat_core.artifacts import Artifact, Source
from vsat_core.config import places
from vsat_core.config.profile import Profile
from vsat_core.contract import scratch
from vsat_core.contract.threads import thread_count
from vsat_core.contract.workspace import Workspace
from vsat_core.engine.prefetch import reading_ahead
from vsat_core.engine.summary import Told
from vsat_core.engine.worker import Worker, WorkerFailed
from vsat_core.failures import Failed
from vsat_core.printable import printable

MEMBER = "vsat_core.engine.pool_worker"
MEMBER_BYTES = (
    1_500_000_000  # of one process: `accurate-meeting` peaks at 0.9 GB on recordings of any length
)
FOREVER_S = 1e9


class Job(Protocol):
    """A recording and the folder for its results."""

    @property
    def source(self) -> Source:
        """The recording."""

    @property
    def out(self) -> Path:
        """Where its files go."""


class Watch(Protocol):
    """Who follows the crew, seat by seat."""

    def file_starts(self, path: Path, seat: int) -> None:
        """A process takes a recording."""

    def event(self, seat: int, event: dict[str, Any]) -> None:
        """A stage begins there, or moves."""

    def file_ends(self, told: Told) -> None:
        """A recording is done."""

    def file_fails(self, failed: Failed) -> None:
        """A recording is not done."""


def seats(n_recordings: int) -> int:
    """How many processes are best by default: no more than recordings, cores, or what fits into the
    free memory.

    >>> seats(1)
    1
    """
    fit = int(psutil.virtual_memory().available // MEMBER_BYTES)
    return max(1, min(n_recordings, thread_count(0), fit))


@attrs.define
class Crew:
    """`n` processes with the cores shared out between them."""

    profile: Profile
    plugins: Sequence[Path]
    cache: bool
    n: int
    overwrite: bool = False
    _stopped: threading.Event = attrs.field(factory=threading.Event, init=False)

    def run(
        self, jobs: Sequence[Job], targets: Sequence[str | type[Artifact]], watch: Watch
    ) -> None:
        """All recordings, each told to `watch` as it ends; an interrupt stops every process at
        once.
        """
        places.announce()
        work, lock, members = reading_ahead(jobs), threading.Lock(), dict[int, Worker]()
        with Workspace(others=[places.cache_folder()]) as space:
            file = space.folder / "profile.toml"
            file.write_text(self.profile.toml(), encoding="utf-8")
            begin = {
                "profile": str(file),
                "plugins": [str(p) for p in (*self.profile.plugins, *self.plugins)],
                "cache": self.cache,
                "overwrite": self.overwrite,
            }

            def serve(seat: int) -> None:
                for job in _shared(work, lock):
                    if self._stopped.is_set():
                        return
                    watch.file_starts(job.source.path, seat)
                    self._one(job, targets, watch, seat, members, begin)

            pool = ThreadPoolExecutor(self.n, "vsat-crew")
            try:
                for done in [pool.submit(serve, seat) for seat in range(self.n)]:
                    done.result()
            finally:
                self._stopped.set()
                for member in list(members.values()):
                    member.kill()
                pool.shutdown()
                for member in members.values():
                    member.close()
                if members:
                    _sweep({job.out for job in jobs})

    def _one(
        self,
        job: Job,
        targets: Sequence[str | type[Artifact]],
        watch: Watch,
        seat: int,
        members: dict[int, Worker],
        begin: dict[str, Any],
    ) -> None:
        """One recording by the process of this seat, which is started if there is none."""
        try:
            if seat not in members:
                self._start(seat, members, begin)
            reply = members[seat].ask(
                "record",
                path=str(job.source.path),
                name=job.source.name,
                out=str(job.out),
                targets=self.profile.graph.stages_for(targets),
                timeout_s=FOREVER_S,
                on_event=lambda event: watch.event(seat, event),
            )
        except WorkerFailed as failed:
            if self._stopped.is_set():
                return
            reason = " ".join(f"{failed.failure.kind}: {failed.failure.reason}".split())
            watch.file_fails(Failed(printable(f"{job.source.path}: {reason}"), ""))
            if seat in members and not members[seat].alive:
                members.pop(seat).close()
                _sweep({job.out})
            return
        except OSError as error:
            if isinstance(error, BrokenPipeError):
                raise  # nobody reads what `watch` prints
            watch.file_fails(Failed.of(job.source.path, error))  # no process could be started
            return
        if "told" in reply:
            watch.file_ends(Told.read(reply["told"]))
        else:
            watch.file_fails(Failed(reply["line"], reply["trace"]))

    def _start(self, seat: int, members: dict[int, Worker], begin: dict[str, Any]) -> None:
        """A process with its pipeline made. Raises WorkerFailed."""
        worker = members[seat] = Worker(threads=max(1, thread_count(0) // self.n), module=MEMBER)
        try:
            worker.__enter__()
            worker.ask("begin", **begin, timeout_s=FOREVER_S)
        except BaseException:
            members.pop(seat).close()
            raise


def _sweep(outs: Iterable[Path]) -> None:
    """Remove the scratch of processes that were killed."""
    with contextlib.suppress(FileNotFoundError):
        scratch.remove_dead(scratch.temporary())
    for folder in (places.cache_folder(), *outs):
        scratch.remove_dead(folder)


def _shared(work: Iterator[Job], lock: threading.Lock) -> Iterator[Job]:
    """What is left of the work, handed to several threads."""
    while True:
        with lock:
            job = next(work, None)
        if job is None:
            return
        yield job
