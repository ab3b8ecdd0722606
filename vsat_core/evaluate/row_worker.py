"""A process of `vsat evaluate --executor`: runs recordings under one profile and keeps the results
where the command finds them.

`executors.dask_task` starts it.
"""

from __future__ import annotations

from pathlib import Path

import msgspec

from vsat_core.config.profile import read, resolve
from vsat_core.config.registry import load
from vsat_core.engine.cache import Cache
from vsat_core.engine.child_loop import Job, Reply, Send, answer_jobs
from vsat_core.evaluate.manifest import ManifestEntry
from vsat_core.evaluate.references import References
from vsat_core.evaluate.runs import Runner
from vsat_core.failures import message

MODULE = "vsat_core.evaluate.row_worker"


class Begin(msgspec.Struct):
    """The job that makes the profile ready."""

    profile: str
    plugins: list[str]
    folder: str
    cached: bool
    oracle: bool
    resume: bool


class RowJob(msgspec.Struct):
    """The job of one recording; `speakers` is the number in its reference."""

    id: str
    audio: str
    speakers: int


class RowWorker:
    """Each public method answers one kind of job."""

    def __init__(self, send: Send) -> None:
        self._runner: Runner | None = None

    def begin(self, job: Job) -> Reply:
        begin = msgspec.convert(job, Begin)
        draft = read(begin.profile)
        profile = resolve(draft, load([*draft.plugins, *map(Path, begin.plugins)]))
        cache = Cache() if begin.cached else None
        self._runner = Runner(profile, Path(begin.folder), cache, begin.oracle, begin.resume)
        return {}

    def row(self, job: Job) -> Reply:
        """Run one recording: why it failed, or None, and whether its result was there before."""
        assert self._runner
        asked = msgspec.convert(job, RowJob)
        entry = ManifestEntry(asked.id, Path(asked.audio))
        row = self._runner.row(entry, References(speakers=asked.speakers))
        return {"failure": row.failure, "resumed": row.resumed}


if __name__ == "__main__":
    answer_jobs(RowWorker, message)
