"""The recordings of one command, handed out one by one to several threads."""

from __future__ import annotations

import threading
from collections.abc import Sequence
from pathlib import Path
from typing import Protocol

from vsat_core.artifacts import Source
from vsat_core.engine.prefetch import reading_ahead
from vsat_core.failures import Failed


class Job(Protocol):
    """A recording and the folder for its results."""

    @property
    def source(self) -> Source:
        """The recording."""

    @property
    def out(self) -> Path:
        """Where its files go."""


class JobQueue(Protocol):
    """Where workers get their recordings from."""

    def take(self, stopped: threading.Event) -> Job | None:
        """The next recording; None when there is none left or the event is set."""

    def ends(self, job: Job, failed: Failed | None) -> None:
        """A recording that was taken is done or, with the reason, failed."""


class PlainQueue:
    """All recordings in order, for a single process of commands."""

    def __init__(self, jobs: Sequence[Job]) -> None:
        self._jobs, self._lock = reading_ahead(jobs), threading.Lock()

    def take(self, stopped: threading.Event) -> Job | None:
        with self._lock:
            return None if stopped.is_set() else next(self._jobs, None)

    def ends(self, job: Job, failed: Failed | None) -> None:
        return
