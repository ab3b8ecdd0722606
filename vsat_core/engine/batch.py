"""All recordings of one command: one that fails is a line, whatever the error, and the others go
on.
"""

from __future__ import annotations

import time
from collections.abc import Sequence
from pathlib import Path
from typing import Protocol

from vsat_core.artifacts import Artifact
from vsat_core.config.profile import Profile
from vsat_core.engine.cache import Cache
from vsat_core.engine.outcome import Listener
from vsat_core.engine.pipeline import Pipeline
from vsat_core.engine.pool import Job, PoolListener, WorkerPool
from vsat_core.engine.summary import RunSummary
from vsat_core.errors import Cancelled
from vsat_core.failures import Failed


class BatchListener(PoolListener, Listener, Protocol):
    """Follows the work, in this process or in others."""


def run_batch(
    profile: Profile,
    plugins: Sequence[Path],
    jobs: Sequence[Job],
    targets: Sequence[str | type[Artifact]],
    listener: BatchListener,
    *,
    n: int,
    cached: bool,
    overwrite: bool = False,
    again: Sequence[str] = (),
    library: Path | None = None,
) -> None:
    """Run every recording, `n` of them side by side; the stages `again` are computed even if their
    results are cached. Transcripts go into `library`, by default that of the output folder.

    Several recordings run in processes of their own even one after the other: what crashes, or is
    killed for want of memory, costs its recording only. Raises KeyboardInterrupt when stopped.
    """
    if len(jobs) > 1:
        pool = WorkerPool(profile, plugins, cached, n, overwrite, again, library)
        pool.run(jobs, targets, listener)
    else:
        cache = Cache() if cached else None
        _run_here(
            Pipeline(
                profile,
                cache,
                listener,
                ahead=True,
                once=True,
                overwrite=overwrite,
                again=again,
                library=library,
            ),
            jobs,
            targets,
            listener,
        )


def _run_here(
    pipeline: Pipeline,
    jobs: Sequence[Job],
    targets: Sequence[str | type[Artifact]],
    listener: BatchListener,
) -> None:
    """The same in this process."""
    for job in jobs:
        listener.file_starts(job.source.path, 0)
        begin = time.perf_counter()
        try:
            summary = RunSummary.of(
                pipeline.run(job.source, targets, job.out), time.perf_counter() - begin
            )
        except (Cancelled, KeyboardInterrupt):
            raise KeyboardInterrupt from None
        except BaseException as error:  # of any class: libraries raise what they like
            failed = Failed.of(job.source.path, error)
        else:
            listener.file_ends(summary)
            continue
        listener.file_fails(failed)
