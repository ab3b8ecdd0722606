"""A process that runs a whole command on a machine that it has to itself.

`executors.dask_task` starts it.
"""

from __future__ import annotations

import subprocess
import sys

import msgspec

from vsat_core.engine.child_loop import Job, Reply, Send, answer_jobs
from vsat_core.failures import message
from vsat_core.measure.machine import identity

MODULE = "vsat_core.executors.command_worker"


class CommandJob(msgspec.Struct):
    """The arguments of `vsat`, and the folder that their paths begin at."""

    argv: list[str]
    folder: str


class CommandWorker:
    """Each public method answers one kind of job."""

    def __init__(self, send: Send) -> None:
        pass

    def begin(self, job: Job) -> Reply:
        return {}

    def command(self, job: Job) -> Reply:
        """Run it: its exit code, what it printed, and the machine."""
        asked = msgspec.convert(job, CommandJob)
        done = subprocess.run(
            [sys.executable, "-P", "-m", "vsat_core", *asked.argv],
            cwd=asked.folder,
            capture_output=True,
            text=True,
            errors="replace",
            stdin=subprocess.DEVNULL,
        )
        return {
            "code": done.returncode,
            "out": done.stdout,
            "err": done.stderr,
            "machine": identity(),
        }


if __name__ == "__main__":
    answer_jobs(CommandWorker, message)
