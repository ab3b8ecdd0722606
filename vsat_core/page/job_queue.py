"""The recordings that wait to be transcribed, one after the other, kept in a file: a server that
was killed goes on with the job it had.
"""

from __future__ import annotations

import contextlib
import threading
import time
import uuid
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Literal

import msgspec

from vsat_core.artifacts.kept_json import kept
from vsat_core.engine.atomic_files import write_json
from vsat_core.errors import OutputError
from vsat_core.page.replies import Refused

State = Literal["waiting", "running", "done", "failed", "cancelled"]
OVER: tuple[State, ...] = ("done", "failed", "cancelled")
KEPT = 200  # jobs that are over, the latest ones


class Job(msgspec.Struct):
    """One recording to transcribe. `share` is how much is done (0 to 1), `seconds_left` None where
    that is not known; `recording` is the id of the transcript once there is one.
    """

    id: str
    name: str
    path: str
    profile: str | None = None
    language: str | None = None
    num_speakers: int | None = None
    added: float = 0.0  # seconds since the epoch
    state: State = "waiting"
    stage: str = ""
    share: float = 0.0
    seconds_left: float | None = None
    error: str = ""
    notes: list[str] = msgspec.field(default_factory=list)
    recording: str | None = None


class JobQueue:
    """The jobs in order. Every change but progress is written to `file` before it is shown; a job
    that cannot be written is not taken on.
    """

    def __init__(self, file: Path, changed: Callable[[Job], None] = lambda job: None) -> None:
        """Takes up what is in the file: a job that was running waits again."""
        self._file, self._changed = file, changed
        self._condition = threading.Condition()
        self._jobs = _read(file)
        self._closed = False

    def all(self) -> list[Job]:
        """Copies of all jobs, oldest first."""
        with self._condition:
            return [msgspec.structs.replace(job) for job in self._jobs]

    def add(self, jobs: Iterable[Job]) -> list[Job]:
        """Append jobs. Raises OutputError if they cannot be kept."""
        new = list(jobs)
        with self._condition:
            self._keep([*self._jobs, *new])
            self._condition.notify_all()
        for job in new:
            self._changed(job)
        return new

    def take(self) -> Job | None:
        """Wait for the next job, which is running then; None once the queue is closed."""
        with self._condition:
            while not self._closed:
                job = next((job for job in self._jobs if job.state == "waiting"), None)
                if job is not None:
                    job.state = "running"
                    self._note()
                    break
                self._condition.wait()
            else:
                return None
        self._changed(job)
        return job

    def progress(self, job: Job, stage: str, share: float, seconds_left: float | None) -> None:
        """How far a running job is; this is not written down."""
        with self._condition:
            if job.state != "running":
                return
            job.stage, job.share, job.seconds_left = stage, share, seconds_left
        self._changed(job)

    def end(self, job: Job, state: State, error: str = "", recording: str | None = None) -> None:
        """A running job is over, unless it was cancelled meanwhile."""
        with self._condition:
            if job.state != "running":
                return
            job.state, job.error, job.recording = state, error, recording
            job.seconds_left, job.share = None, 1.0 if state == "done" else job.share
            self._note()
        self._changed(job)

    def cancel(self, key: str) -> Job:
        """A job that waits or runs is cancelled; its work is stopped by whoever runs it. Raises
        Refused.
        """
        with self._condition:
            job = next((job for job in self._jobs if job.id == key), None)
            if job is None:
                raise Refused(404, f"{key}: there is no such job", "see /api/jobs")
            if job.state in OVER:
                raise Refused(409, f"{job.name}: is {job.state} already")
            job.state, job.seconds_left = "cancelled", None
            self._note()
        self._changed(job)
        return job

    def close(self) -> None:
        """`take` returns None from now on."""
        with self._condition:
            self._closed = True
            self._condition.notify_all()

    def _note(self) -> None:
        """Write down what has changed; on a full disk it is known to this process alone."""
        with contextlib.suppress(OutputError):
            self._keep(self._jobs)

    def _keep(self, jobs: list[Job]) -> None:
        """Write the jobs down without the oldest that are over. Raises OutputError."""
        n_over = sum(job.state in OVER for job in jobs)
        old = [job for job in jobs if job.state in OVER][: max(0, n_over - KEPT)]
        kept = [job for job in jobs if not any(job is other for other in old)]
        write_json(self._file, {"jobs": msgspec.to_builtins(kept)})
        self._jobs = kept


def new_job(
    path: Path,
    profile: str | None = None,
    language: str | None = None,
    num_speakers: int | None = None,
) -> Job:
    """A job that waits."""
    key = uuid.uuid4().hex[:12]
    return Job(key, path.name, str(path), profile, language, num_speakers, time.time())


class _Kept(msgspec.Struct):
    """What the file holds."""

    jobs: list[Job] = []


def _read(file: Path) -> list[Job]:
    jobs = (kept(file, _Kept) or _Kept()).jobs
    for job in jobs:
        if job.state == "running":
            job.state, job.stage, job.share = "waiting", "", 0.0
            job.seconds_left = None
    return jobs
