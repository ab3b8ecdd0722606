"""`vsat watch`: look, run what has arrived, wait."""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Sequence
from pathlib import Path

import attrs

from vsat_core.config.profile import Profile
from vsat_core.engine.job_queue import Job, PlainQueue
from vsat_core.engine.pool import PoolListener, WorkerPool, n_workers
from vsat_core.engine.result import RUN_TARGETS
from vsat_core.engine.run_order import RunOrder
from vsat_core.errors import VsatError
from vsat_core.executors.failed_manifest import FailedManifest
from vsat_core.executors.shared_queue import SharedQueue, Sharing
from vsat_core.inputs.existing import Wanted, without_existing
from vsat_core.inputs.expand import expand
from vsat_core.watch.arrivals import Arrivals


@attrs.define
class Watch:
    """One folder, transcribed to `out` with a profile as recordings arrive.

    Recordings are worked on in processes of their own, so that neither a crash nor the memory of
    one outlives it. What is done is known by the records of the output folder; a recording that
    failed is tried again when it has changed, or by the next watch.
    """

    folder: Path
    out: Path
    profile: Profile
    plugins: Sequence[Path]
    listener: PoolListener
    note: Callable[[str], None]
    jobs: int = 0
    cached: bool = True
    library: Path | None = None
    _noted: str = attrs.field(default="", init=False)
    # recordings that other processes worked on, and since when that is known
    _elsewhere: dict[Path, float] = attrs.field(factory=dict, init=False)

    def run(self, arrivals: Arrivals, interval_s: float) -> None:
        """Until KeyboardInterrupt."""
        while True:
            self.once(arrivals, time.monotonic())
            time.sleep(interval_s)

    def once(self, arrivals: Arrivals, now: float) -> None:
        """Run what has arrived and has no results. What stops all of it, such as a folder for
        results that is not there, is noted once; then the same is tried at the next look.
        """
        arrived = arrivals.look(now)
        if not arrived:
            return
        try:
            if due := self._due({os.path.realpath(path) for path in arrived}):
                claimed = {os.path.realpath(path) for path in self._work(due)}
                arrivals.give_again(p for p in arrived if os.path.realpath(p) in claimed)
        except VsatError as error:
            arrivals.give_again(arrived)
            if str(error) != self._noted:
                self._noted = str(error)
                self.note(str(error))
        else:
            self._noted = ""

    def _due(self, arrived: set[str]) -> Sequence[Job]:
        """The jobs that `vsat run FOLDER` would do, of what has arrived and is not done."""
        all_jobs = expand([self.folder], self.out).jobs
        jobs = [job for job in all_jobs if os.path.realpath(job.source.path) in arrived]
        rest = without_existing(jobs, self.profile).jobs
        return [job for job in rest if not self._failed_elsewhere(job)]

    def _failed_elsewhere(self, job: Job) -> bool:
        """Whether the process that worked on it has failed."""
        since = self._elsewhere.pop(job.source.path, None)
        entry = FailedManifest(self.out).entry(job.source.path) if since is not None else None
        return entry is not None and since is not None and entry.when >= since

    def _work(self, due: Sequence[Job]) -> list[Path]:
        """Run them; returns those that other processes work on, such as another watch."""
        n = min(self.jobs, len(due)) if self.jobs else n_workers(len(due))
        order = RunOrder(self.profile, self.plugins, RUN_TARGETS, self.cached, library=self.library)
        pool, begun = WorkerPool(order.plain(), n), time.time()
        try:
            sharing = Sharing.of(self.out, Wanted.of(self.profile))
        except OSError:  # no claims can be kept there
            pool.run(PlainQueue(due), self.listener)
            return []
        with SharedQueue(due, sharing, waits=False) as queue:
            pool.run(queue, self.listener)
            claimed = [job.source.path for job in queue.claimed]
        self._elsewhere |= dict.fromkeys(claimed, begun)
        return claimed
