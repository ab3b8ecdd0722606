"""All recordings of one command by processes of this machine: one that fails is a line, whatever
the error, and the others go on.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Sequence

import attrs

from vsat_core.engine.cache import Cache
from vsat_core.engine.crash_line import crash_line
from vsat_core.engine.job_queue import Job, JobQueue, PlainQueue
from vsat_core.engine.pipeline import Pipeline
from vsat_core.engine.pool import WorkerPool, n_workers, sweep_once
from vsat_core.engine.run_order import RunOrder
from vsat_core.engine.summary import RunSummary
from vsat_core.errors import Cancelled
from vsat_core.executors.executor import BatchListener
from vsat_core.executors.shared_queue import SharedQueue, Sharing
from vsat_core.failures import Failed


@attrs.frozen
class LocalExecutor:
    """`n` recordings side by side; None takes as many as cores and memory allow.

    Several recordings run in processes of their own even one after the other: what crashes, or is
    killed for want of memory, costs its recording only. A single one runs in this process.
    """

    n: int | None = None

    def n_workers(self, n_recordings: int) -> int:
        return min(self.n, n_recordings) if self.n else n_workers(n_recordings)

    def run(
        self,
        order: RunOrder,
        jobs: Sequence[Job],
        sharing: Sharing | None,
        listener: BatchListener,
    ) -> int:
        if sharing is None:
            self._work(order, PlainQueue(jobs), len(jobs), listener)
            return 0
        with SharedQueue(jobs, sharing) as queue:
            self._work(order, queue, len(jobs), listener)
            for failed in queue.failed:
                listener.file_fails(failed)
            return queue.n_done

    def _work(self, order: RunOrder, queue: JobQueue, n: int, listener: BatchListener) -> None:
        if n > 1:
            WorkerPool(order.plain(), self.n_workers(n)).run(queue, listener)
        else:
            _run_here(order, queue, listener)


def _run_here(order: RunOrder, queue: JobQueue, listener: BatchListener) -> None:
    """The same in this process."""
    pipeline = Pipeline(
        order.profile,
        Cache() if order.cached else None,
        listener,
        ahead=True,
        once=True,
        overwrite=order.overwrite,
        again=order.again,
        library=order.library,
    )
    never = threading.Event()
    while job := queue.take(never):
        sweep_once(job.out)
        listener.file_starts(job.source.path, 0)
        begin = time.perf_counter()
        try:
            with crash_line(job.source.path):
                outcome = pipeline.run(job.source, order.targets, job.out)
            summary = RunSummary.of(outcome, time.perf_counter() - begin)
        except (Cancelled, KeyboardInterrupt):
            raise KeyboardInterrupt from None
        except BaseException as error:  # of any class: libraries raise what they like
            failed = Failed.of(job.source.path, error)
        else:
            queue.ends(job, None)
            listener.file_ends(summary)
            continue
        queue.ends(job, failed)
        listener.file_fails(failed)
