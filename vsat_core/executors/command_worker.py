"""A process that runs a whole command on a machine that it has to itself.

`executors.dask_task` starts it.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
from typing import IO

import msgspec

from vsat_core.engine.child_loop import Job, Reply, Send, answer_jobs
from vsat_core.executors.ticks import VARIABLE
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
        self._send = send

    def begin(self, job: Job) -> Reply:
        return {}

    def command(self, job: Job) -> Reply:
        """Run it: its exit code, what it printed, and the machine."""
        asked, machine = msgspec.convert(job, CommandJob), identity()
        with tempfile.TemporaryFile() as out, tempfile.TemporaryFile() as err:
            ticks, end = os.pipe()
            process = subprocess.Popen(
                [sys.executable, "-P", "-m", "vsat_core", *asked.argv],
                cwd=asked.folder,
                env={**os.environ, VARIABLE: str(end)},
                pass_fds=(end,),
                stdin=subprocess.DEVNULL,
                stdout=out,
                stderr=err,
            )
            os.close(end)
            with os.fdopen(ticks, encoding="utf-8") as lines:
                for line in lines:
                    self._send(event="tick", machine=machine, **json.loads(line))
            code = process.wait()
            return {"code": code, "out": _text(out), "err": _text(err), "machine": machine}


def _text(file: IO[bytes]) -> str:
    """All that was written to a file."""
    file.seek(0)
    return file.read().decode(errors="replace")


if __name__ == "__main__":
    answer_jobs(CommandWorker, message)
