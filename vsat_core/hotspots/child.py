"""The profiled process: does what `vsat run` does, from loading VSAT to the written files, under
one observer.

`measure.worker.Worker` starts it. It imports nothing before its job has come, so that loading is a
phase too.
"""

from __future__ import annotations

import importlib
import json
import os
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from vsat_core.engine.orphans import end_with_parent
from vsat_core.hotspots.timeline import CONFIGURATION, ENGINE, IMPORTS, Observer, Timeline

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
    "vsat_core.engine.pool",
    "vsat_core.engine.pipeline",
    "vsat_core.engine.atomic_files",
    "vsat_core.engine.summary",
)  # what vsat run loads before it looks at its arguments

Say = Callable[[dict[str, Any]], None]


def observer_of(job: dict[str, Any]) -> Observer:
    """The observer a job asks for."""
    module, _, name = OBSERVERS[job["observer"]].partition(":")
    cls = getattr(importlib.import_module(f"vsat_core.hotspots.{module}"), name)
    observer: Observer = cls(**job.get("options", {}))
    return observer


def work(job: dict[str, Any], timeline: Timeline, say: Say) -> dict[str, Any]:
    """All phases of one run; the facts of the recording. Raises VsatError."""
    timeline.enter(IMPORTS)
    for module in RUN:
        importlib.import_module(module)
    from vsat_core.config.prepare import prepare
    from vsat_core.engine.pipeline import Nobody, Pipeline
    from vsat_core.engine.result import RUN_TARGETS
    from vsat_core.engine.summary import Told
    from vsat_core.inputs.expand import expand

    class Teller(Nobody):
        def stage_starts(self, stage: str, variant: str, total_samples: int, run: Any) -> None:
            say({"event": "stage", "stage": stage})

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
        profile = _phased(profile, timeline)
    outcome = Pipeline(profile, None, Teller(), ahead=job["ahead"]).run(
        item.source, RUN_TARGETS, item.out
    )
    told = Told.of(outcome, 0.0)
    timeline.enter("")
    return {
        "audio_seconds": told.audio_s,
        "words": told.n_words,
        "files": told.files,
        "warnings": told.warnings,
    }


def _phased(profile: Any, timeline: Timeline) -> Any:
    from vsat_core.hotspots.phased import phased

    return phased(profile, timeline)


def run(job: dict[str, Any], say: Say) -> dict[str, Any]:
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
        facts = work(job, timeline, say)
    except Exception as error:
        from vsat_core.errors import VsatError

        if not isinstance(error, VsatError):
            raise
        return {"problem": str(error)}
    wall = time.perf_counter() - begin
    return {"wall_s": wall, "phases": timeline.seconds, "facts": facts, "found": observer.end()}


def main() -> None:
    """Say that Python has started, then do the one job that comes."""
    with os.fdopen(int(sys.argv[1])) as jobs, os.fdopen(int(sys.argv[2]), "w") as replies:
        end_with_parent(replies.fileno())

        def say(reply: dict[str, Any]) -> None:
            print(json.dumps(reply), file=replies, flush=True)

        say({"ready": True})
        try:
            reply = run(json.loads(jobs.readline()), say)
        except (
            Exception
        ) as error:  # whatever a variant raises is told, with the place it was raised at
            place = error.__traceback__
            while place and place.tb_next:
                place = place.tb_next
            where = f" ({place.tb_frame.f_code.co_filename}:{place.tb_lineno})" if place else ""
            reply = {"error": f"{type(error).__name__}: {error}{where}"}
        say(reply)
        jobs.readline()


if __name__ == "__main__":
    main()
