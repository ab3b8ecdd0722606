"""The process that works on one job of the page; `page.job_runner` starts it.

What comes from a stranger's file is decoded in a process of its own, which the system stops when it
takes too much: memory, time, or room on the disk.
"""

from __future__ import annotations

import resource

import attrs
import msgspec

from vsat_core.engine.child_loop import Job, Reply, answer_jobs
from vsat_core.engine.pool_worker import PoolWorker
from vsat_core.failures import message


@attrs.frozen
class Limits:
    """What a process may take: bytes of address space and of any one file, seconds of a core."""

    address_bytes: int
    file_bytes: int
    cpu_s: int


class JobWorker(PoolWorker):
    """A worker of `vsat run` that can be limited."""

    def limit(self, job: Job) -> Reply:
        """Limit this process and what it starts, for as long as they live."""
        limits = msgspec.convert(job, Limits)
        for kind, most in (
            (resource.RLIMIT_AS, limits.address_bytes),
            (resource.RLIMIT_FSIZE, limits.file_bytes),
            (resource.RLIMIT_CPU, limits.cpu_s),
            (resource.RLIMIT_CORE, 0),
        ):
            hard = resource.getrlimit(kind)[1]
            most = most if hard == resource.RLIM_INFINITY else min(most, hard)
            resource.setrlimit(kind, (most, most))
        return {}


if __name__ == "__main__":
    answer_jobs(JobWorker, message)
