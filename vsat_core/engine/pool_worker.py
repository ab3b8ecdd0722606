"""A process of `vsat run --jobs`: loads the models once, then takes one recording after the other.
See crew.py.
"""

from __future__ import annotations

import json
import os
import sys
import time
from pathlib import Path
from typing import Any, TextIO

import attrs

from vsat_core.artifacts import Source
from vsat_core.config.profile import read, resolve
from vsat_core.config.registry import load
from vsat_core.contract.workspace import Workspace
from vsat_core.engine.cache import Cache
from vsat_core.engine.orphans import end_with_parent
from vsat_core.engine.pipeline import Nobody, Pipeline
from vsat_core.engine.summary import Told
from vsat_core.failures import Failed, message

EVERY_S = 0.2  # between two reports of progress


class Teller(Nobody):
    """A Watch that writes what happens as JSON lines."""

    def __init__(self, replies: TextIO) -> None:
        self._replies = replies
        self._last = 0.0

    def say(self, **event: Any) -> None:
        """One line."""
        print(json.dumps(event), file=self._replies, flush=True)

    def stage_starts(self, stage: str, variant: str, total_samples: int, run: Workspace) -> None:
        """A bar begins."""
        self.say(event="stage", stage=stage, variant=variant, total=total_samples)

    def progress(self, stage: str, samples: int) -> None:
        """It moves, not too often."""
        now = time.monotonic()
        if now - self._last > EVERY_S:
            self._last = now
            self.say(event="progress", samples=samples)


class Member:
    """The pipeline of one process; each public method answers one kind of job."""

    def __init__(self, teller: Teller) -> None:
        self._teller = teller
        self._pipeline: Pipeline | None = None

    def begin(self, job: dict[str, Any]) -> dict[str, Any]:
        """Make the pipeline of a finished profile."""
        draft = read(job["profile"])
        profile = resolve(draft, load([*draft.plugins, *(Path(p) for p in job["plugins"])]))
        cache = Cache() if job["cache"] else None
        self._pipeline = Pipeline(
            profile, cache, self._teller, ahead=True, overwrite=job["overwrite"]
        )
        return {}

    def record(self, job: dict[str, Any]) -> dict[str, Any]:
        """Run one recording: what to tell the user of it, or the one line that says why not."""
        assert self._pipeline
        begin = time.perf_counter()
        try:
            outcome = self._pipeline.run(
                Source(Path(job["path"]), job["name"]), job["targets"], Path(job["out"])
            )
            return {"told": Told.of(outcome, time.perf_counter() - begin).plain()}
        except (
            BaseException
        ) as error:  # of any class: libraries raise what they like, and the others must go on
            return attrs.asdict(Failed.of(job["path"], error))


def main() -> None:
    """Answer jobs, one JSON line each, until the pipe closes."""
    with os.fdopen(int(sys.argv[1])) as jobs, os.fdopen(int(sys.argv[2]), "w") as replies:
        end_with_parent(replies.fileno())
        teller = Teller(replies)
        member = Member(teller)
        teller.say(ready=True)
        for line in jobs:
            job = json.loads(line)
            try:
                reply = getattr(member, job["do"])(job)
            except BaseException as error:  # a bug in a variant costs one recording, not the others
                reply = {"error": message(error)}
            teller.say(**reply)


if __name__ == "__main__":
    main()
