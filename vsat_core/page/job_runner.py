"""Runs the jobs of the queue one after the other."""

from __future__ import annotations

import threading
from collections.abc import Callable
from pathlib import Path

import attrs

from vsat_core.config.prepare import prepare
from vsat_core.config.profile import Profile
from vsat_core.config.spoken import speaking
from vsat_core.config.user_config import user_config
from vsat_core.contract.settings import Formats
from vsat_core.engine.child_loop import Reply
from vsat_core.engine.result import RUN_TARGETS
from vsat_core.engine.summary import RunSummary
from vsat_core.failures import Failed
from vsat_core.page.child_run import Bounds, ChildRun, Order
from vsat_core.page.job_queue import Job, JobQueue
from vsat_core.page.time_left import StageRates, TimeLeft


def profile_of(
    profile: str | None = None,
    language: str | None = None,
    num_speakers: int | None = None,
    settings: tuple[str, ...] = (),
) -> Profile:
    """The profile that a job asks for, as `vsat run` would take it; the json is always among its
    files. Raises VsatError.
    """
    config = user_config()
    changes = [*config.settings(), *settings]
    if num_speakers is not None:
        changes.append(f"stages.cluster.num_speakers={num_speakers}")
    made = prepare(profile or config.profile, changes, targets=RUN_TARGETS)
    formats = made.settings(Formats).formats
    if "json" not in formats:
        names = ", ".join(f'"{name}"' for name in (*formats, "json"))
        changes.append(f"stages.write.formats=[{names}]")
        made = prepare(profile or config.profile, changes, targets=RUN_TARGETS)
    return speaking(made, language) if language else made


@attrs.frozen
class Hooks:
    """What the runner asks of the library: the name for the results of a recording, and, with the
    summary of a finished job, the id of its transcript.
    """

    named: Callable[[Path], str]
    ended: Callable[[Job, RunSummary], str | None]


class JobRunner:
    """A thread that takes jobs."""

    def __init__(
        self, queue: JobQueue, out: Path, rates: StageRates, hooks: Hooks, bounds: Bounds
    ) -> None:
        self._queue, self._out, self._rates, self._hooks = queue, out, rates, hooks
        self._bounds = bounds
        self._lock = threading.Lock()
        self._running: tuple[str, ChildRun] | None = None
        self._closed = False
        self._thread = threading.Thread(target=self._serve, name="vsat-jobs", daemon=True)

    def start(self) -> None:
        """Begin with the first job that waits."""
        self._thread.start()

    @property
    def idle(self) -> bool:
        """Whether no job is worked on."""
        return self._running is None

    def cancel(self, key: str) -> Job:
        """Cancel a job; one that runs is killed at once. Raises Refused."""
        job = self._queue.cancel(key)
        with self._lock:
            if self._running and self._running[0] == key:
                self._running[1].kill()
        return job

    def close(self) -> None:
        """Stop; the job that runs waits again at the next start."""
        self._queue.close()
        with self._lock:
            self._closed = True
            if self._running:
                self._running[1].kill()
        if self._thread.is_alive():
            self._thread.join()

    def _serve(self) -> None:
        while job := self._queue.take():
            try:
                summary = self._run(job)
                job.notes = list(summary.warnings)
                self._rates.learn(summary.rows, summary.audio_s)
                self._queue.end(job, "done", recording=self._hooks.ended(job, summary))
            except Exception as error:  # of any class: the next job is another recording's
                if not self._closed:
                    self._queue.end(job, "failed", Failed.of(job.path, error).line)
            finally:
                with self._lock:
                    self._running = None

    def _run(self, job: Job) -> RunSummary:
        """Raises VsatError, also when it was killed."""
        profile = profile_of(job.profile, job.language, job.num_speakers)
        targets = profile.graph.stages_for(RUN_TARGETS)
        order = profile.graph.needed_for(targets)
        names = [(stage, profile.stages[stage].variant.name) for stage in order]
        follow = TimeLeft(names, self._rates)

        def moved(event: Reply) -> None:
            if event["event"] == "note":
                job.notes = [*job.notes, str(event["line"])]
            follow.follow(event)
            self._queue.progress(job, follow.stage, follow.share(), follow.seconds_left())

        path = Path(job.path)
        where = Order(path, self._hooks.named(path), self._out)
        child = ChildRun(where, profile, self._bounds, moved)
        with self._lock:
            self._running = (job.id, child)
            if self._closed or job.state != "running":
                child.kill()
        return child.run(targets)
