"""The profiled process: does what `vsat run` does, from loading VSAT to the written files, under
one observer.

`engine.worker.Worker` starts it. It imports nothing before its job has come, so that loading is a
phase too.
"""

import importlib
import time
from pathlib import Path
from typing import Any

from vsat_core.engine.child_loop import Send, answer_jobs
from vsat_core.hotspots.timeline import CONFIGURATION, ENGINE, IMPORTS, Observer, Timeline

Job = dict[str, Any]
Reply = dict[str, Any]
OBSERVERS = {  # what the job calls it -> "module:class"
    "none": "timeline:Observer",
    "resident": "observers.rss:Resident",
    "functions": "observers.functions:Functions",
    "lines": "observers.lines:Lines",
    "memory": "observers.tracemalloc_:Traced",
    "native-memory": "observers.memray_:Tracked",
    "objects": "observers.objects:Objects",
    "flame": "observers.py_spy:Flame",
}
RUN = (
    "vsat_core.config.prepare",
    "vsat_core.inputs.expand",
    "vsat_core.cli.progress",
    "vsat_core.executors.local",
    "vsat_core.engine.pipeline",
    "vsat_core.engine.atomic_files",
    "vsat_core.engine.summary",
)  # what vsat run loads before it looks at its arguments


def observer_of(job: dict[str, Any]) -> Observer:
    """The observer a job asks for."""
    module, _, name = OBSERVERS[job["observer"]].partition(":")
    cls = getattr(importlib.import_module(f"vsat_core.hotspots.{module}"), name)
    observer: Observer = cls(**job.get("options", {}))
    return observer


def work(job: Job, timeline: Timeline, send: Send) -> Reply:
    """All phases of one run; the facts of the recording. Raises VsatError."""
    timeline.enter(IMPORTS)
    for module in RUN:
        importlib.import_module(module)
    from vsat_core.config.prepare import prepare
    from vsat_core.engine.outcome import NullListener
    from vsat_core.engine.pipeline import Pipeline
    from vsat_core.engine.result import RUN_TARGETS
    from vsat_core.engine.summary import RunSummary
    from vsat_core.inputs.expand import expand

    class Reporter(NullListener):
        def stage_starts(self, stage: str, variant: str, total_samples: int, run: Any) -> None:
            send(event="stage", stage=stage)

        def stage_ends(self, row: Any) -> None:
            if not job["ahead"]:
                timeline.enter(ENGINE)

    timeline.enter(CONFIGURATION)
    profile = prepare(
        job["profile"], job["settings"], [Path(p) for p in job["plugins"]], RUN_TARGETS
    )
    out = Path(job["out"])
    (item,) = expand([Path(job["recording"])], out).jobs
    timeline.enter(ENGINE)
    if not job["ahead"]:
        from vsat_core.hotspots.phased import phased

        profile = phased(profile, timeline)
    as_run = job["ahead"]
    outcome = Pipeline(profile, None, Reporter(), ahead=as_run, once=as_run).run(
        item.source, RUN_TARGETS, item.out
    )
    summary = RunSummary.of(outcome, 0.0)
    timeline.enter("")
    return {
        "audio_seconds": summary.audio_s,
        "words": summary.n_words,
        "files": summary.files,
        "warnings": summary.warnings,
    }


def run(job: Job, send: Send) -> Reply:
    """Answer the job: seconds by phase, what the observer found; or the one line that says
    why not.
    """
    observer = observer_of(job)
    timeline = Timeline(observer)
    try:
        observer.begin(Path(job["folder"]))
    except RuntimeError as error:
        return {"problem": str(error)}
    begin = time.perf_counter()
    try:
        facts = work(job, timeline, send)
    except Exception as error:
        from vsat_core.errors import VsatError

        if not isinstance(error, VsatError):
            raise
        return {"problem": str(error)}
    wall = time.perf_counter() - begin
    return {"wall_s": wall, "phases": timeline.seconds, "facts": facts, "found": observer.end()}


class ProfiledRun:
    """Answers the one job of this process."""

    def __init__(self, send: Send) -> None:
        self._send = send

    def run(self, job: Job) -> Reply:
        return run(job, self._send)


def described(error: BaseException) -> str:
    """Class, message and place of an error."""
    place = error.__traceback__
    while place and place.tb_next:
        place = place.tb_next
    where = f" ({place.tb_frame.f_code.co_filename}:{place.tb_lineno})" if place else ""
    return f"{type(error).__name__}: {error}{where}"


if __name__ == "__main__":
    answer_jobs(ProfiledRun, described)
