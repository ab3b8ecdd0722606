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
from vsat_core.engine.pipeline import Pipeline, Watch as StageWatch
from vsat_core.engine.pool import Crew, Job, Watch as CrewWatch
from vsat_core.engine.summary import Told
from vsat_core.errors import Cancelled
from vsat_core.failures import Failed


class Watch(CrewWatch, StageWatch, Protocol):
    """Who follows the work, in this process or in others."""


def run_batch(
    profile: Profile,
    plugins: Sequence[Path],
    jobs: Sequence[Job],
    targets: Sequence[str | type[Artifact]],
    watch: Watch,
    *,
    n: int,
    cached: bool,
    overwrite: bool = False,
) -> None:
    """Run every recording, `n` of them side by side.

    Several recordings run in processes of their own even one after the other: what crashes, or is
    killed for want of memory, costs its recording only. Raises KeyboardInterrupt when stopped.
    """
    if len(jobs) > 1:
        Crew(profile, plugins, cached, n, overwrite).run(jobs, targets, watch)
    else:
        cache = Cache() if cached else None
        _run_here(
            Pipeline(profile, cache, watch, ahead=True, overwrite=overwrite), jobs, targets, watch
        )


def _run_here(
    pipeline: Pipeline, jobs: Sequence[Job], targets: Sequence[str | type[Artifact]], watch: Watch
) -> None:
    """The same in this process."""
    for job in jobs:
        watch.file_starts(job.source.path, 0)
        begin = time.perf_counter()
        try:
            told = Told.of(pipeline.run(job.source, targets, job.out), time.perf_counter() - begin)
        except (Cancelled, KeyboardInterrupt):
            raise KeyboardInterrupt from None
        except BaseException as error:  # of any class: libraries raise what they like
            failed = Failed.of(job.source.path, error)
        else:
            watch.file_ends(told)
            continue
        watch.file_fails(failed)
