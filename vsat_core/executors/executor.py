"""What every executor does."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

from vsat_core.engine.job_queue import Job
from vsat_core.engine.outcome import Listener
from vsat_core.engine.pool import PoolListener
from vsat_core.engine.run_order import RunOrder
from vsat_core.executors.shared_queue import Sharing


class BatchListener(PoolListener, Listener, Protocol):
    """Follows the work, in this process or in others."""


class Executor(Protocol):
    """Runs the recordings of one command."""

    def n_workers(self, n_recordings: int) -> int:
        """The number of recordings that are worked on at the same time, as far as known here."""

    def run(
        self,
        order: RunOrder,
        jobs: Sequence[Job],
        sharing: Sharing | None,
        listener: BatchListener,
    ) -> int:
        """Every recording, each reported to `listener` when it ends; returns how many were done by
        other processes on the same folder. `sharing` is None where no files are written.

        Raises KeyboardInterrupt when stopped, VsatError where nobody can do the work.
        """
