"""A process of `vsat run --jobs`: loads the models once, then takes one recording after the other.

`engine.pool` starts it.
"""

from __future__ import annotations

import time
from pathlib import Path

import attrs
import msgspec

from vsat_core.artifacts import Source
from vsat_core.config.profile import read, resolve
from vsat_core.config.registry import load
from vsat_core.contract.workspace import Workspace
from vsat_core.engine.cache import Cache
from vsat_core.engine.child_loop import Job, Reply, Send, answer_jobs
from vsat_core.engine.outcome import NullListener
from vsat_core.engine.pipeline import Pipeline
from vsat_core.engine.summary import RunSummary
from vsat_core.failures import Failed, message

EVERY_S = 0.2  # between two reports of progress


class JsonReporter(NullListener):
    """A listener that writes what happens as JSON lines."""

    def __init__(self, send: Send) -> None:
        self._send = send
        self._last = 0.0

    def stage_prepares(self, stage: str, variant: str, first: bool) -> None:
        self._send(event="prepare", stage=stage, variant=variant, first=first)

    def stage_starts(self, stage: str, variant: str, total_samples: int, run: Workspace) -> None:
        self._send(event="stage", stage=stage, variant=variant, total=total_samples)

    def progress(self, stage: str, samples: int) -> None:
        """Not more often than every 0.2 s."""
        now = time.monotonic()
        if now - self._last > EVERY_S:
            self._last = now
            self._send(event="progress", samples=samples)

    def note(self, line: str) -> None:
        self._send(event="note", line=line)


@attrs.frozen
class Begin:
    """The job that makes the pipeline of a finished profile."""

    profile: str
    plugins: list[str]
    cache: bool
    overwrite: bool
    again: list[str]
    library: str


@attrs.frozen
class Record:
    """The job of one recording; `targets` are stages."""

    path: str
    name: str
    out: str
    targets: list[str]


class PoolWorker:
    """The pipeline of one process; each public method answers one kind of job."""

    def __init__(self, send: Send) -> None:
        self._reporter = JsonReporter(send)
        self._pipeline: Pipeline | None = None

    def begin(self, job: Job) -> Reply:
        """Make the pipeline of a finished profile."""
        begin = msgspec.convert(job, Begin)
        draft = read(begin.profile)
        profile = resolve(draft, load([*draft.plugins, *map(Path, begin.plugins)]))
        cache = Cache() if begin.cache else None
        self._pipeline = Pipeline(
            profile,
            cache,
            self._reporter,
            ahead=True,
            overwrite=begin.overwrite,
            again=begin.again,
            library=Path(begin.library) if begin.library else None,
        )
        return {}

    def record(self, job: Job) -> Reply:
        """Run one recording: its summary, or the one line that says why it failed."""
        assert self._pipeline
        record, begin = msgspec.convert(job, Record), time.perf_counter()
        try:
            source = Source(Path(record.path), record.name)
            outcome = self._pipeline.run(source, record.targets, Path(record.out))
            return {"summary": RunSummary.of(outcome, time.perf_counter() - begin).plain()}
        except BaseException as error:  # of any class: libraries raise what they like
            return attrs.asdict(Failed.of(record.path, error))


if __name__ == "__main__":
    answer_jobs(PoolWorker, message)
