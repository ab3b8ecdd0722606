"""The recordings of one command, of which other processes may do some: see `claims`."""

from __future__ import annotations

import contextlib
import os
import tempfile
import threading
import time
from collections import deque
from collections.abc import Sequence
from enum import Enum
from pathlib import Path

import msgspec

from vsat_core.engine import result_records as records
from vsat_core.engine.job_queue import Job
from vsat_core.engine.prefetch import fetch
from vsat_core.executors.claims import Claim, Claims
from vsat_core.executors.failed_manifest import FailedManifest
from vsat_core.failures import Failed
from vsat_core.inputs.existing import Wanted

LOOK_S = 0.5  # between two looks at recordings that other processes have claimed


class State(Enum):
    """What becomes of a recording that is to be done."""

    MINE = "this process has claimed it"
    CLAIMED = "another process works on it"
    DONE = "another process has done it since this command began"
    FAILED = "the same, and it failed"


class Sharing(msgspec.Struct, frozen=True):
    """What counts as done by another process: what is `wanted` was written since `began` (by the
    clock of the disk) or failed since `began_clock` (by the system's). Without `wanted` nothing
    counts, and processes only keep out of each other's way.
    """

    out: str
    wanted: Wanted | None
    began: float
    began_clock: float

    @classmethod
    def of(cls, out: Path, wanted: Wanted | None) -> Sharing:
        """From now on. Raises OSError if nothing can be written to the folder."""
        with tempfile.TemporaryFile(dir=records.make_folder(out)) as file:
            began = os.fstat(file.fileno()).st_mtime
            return cls(os.path.abspath(out), wanted, began, time.time())


class SharedQueue:
    """A queue for the threads of one process. A context manager. With `waits` False it ends while
    other processes work on what is left, which is then in `claimed`.
    """

    def __init__(self, jobs: Sequence[Job], sharing: Sharing, waits: bool = True) -> None:
        self._pending, self.claimed = deque(jobs), list[Job]()
        self._sharing, self._waits = sharing, waits
        self._claims = Claims(Path(sharing.out))
        self._manifest = FailedManifest(Path(sharing.out))
        self._held: dict[tuple[Path, str], Claim | None] = {}
        self._lock = threading.Lock()
        self.n_done = 0  # by other processes
        self.failed: list[Failed] = []  # the same

    def __enter__(self) -> SharedQueue:
        self._claims.__enter__()
        return self

    def __exit__(self, *exc: object) -> None:
        self._claims.__exit__(*exc)

    def take(self, stopped: threading.Event) -> Job | None:
        """The next recording that nobody else works on; waits while others work on all that is
        left.
        """
        while not stopped.is_set():
            with self._lock:
                while self._pending:
                    job = self._pending.popleft()
                    if self._pending:
                        fetch(self._pending[0].source.path)
                    if self.state(job) is State.MINE:
                        return job
                if not self.claimed or not self._waits:
                    return None
                self._pending.extend(self.claimed)
                self.claimed.clear()
            stopped.wait(LOOK_S)
        return None

    def ends(self, job: Job, failed: Failed | None) -> None:
        """Note a failure, then let others have it."""
        if failed:
            self._manifest.failed(job.source.path, failed.line)
        else:
            self._manifest.done(job.source.path)
        if claim := self._held.pop(_key(job), None):
            self._claims.release(claim)

    def state(self, job: Job) -> State:
        """Claim a recording, unless somebody else has it or has done it."""
        with contextlib.suppress(OSError):  # no claims can be kept here: everybody does everything
            place = os.path.relpath(job.out, self._sharing.out)
            claim = self._claims.take(os.path.join(place, job.source.name))
            if claim is None:
                self.claimed.append(job)
                return State.CLAIMED
            state = self._done_elsewhere(job)
            if state is not State.MINE:
                self._claims.release(claim)
                return state
            self._held[_key(job)] = claim
        return State.MINE

    def _done_elsewhere(self, job: Job) -> State:
        sharing = self._sharing
        if sharing.wanted is None:
            return State.MINE
        written = records.changed_since(job.out, job.source.name, sharing.began)
        if written and sharing.wanted.is_done(job):
            self.n_done += 1
            return State.DONE
        entry = self._manifest.entry(job.source.path)
        if entry and entry.when >= sharing.began_clock:
            self.failed.append(Failed(entry.reason, ""))
            return State.FAILED
        return State.MINE


def _key(job: Job) -> tuple[Path, str]:
    return job.out, job.source.name
