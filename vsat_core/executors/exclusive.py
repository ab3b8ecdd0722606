"""A command that takes times, on a machine of a Dask cluster that does nothing else meanwhile.

Workers that may be used so offer one "machine" as a resource of Dask. One task at a time gets it.
All times of the command are taken there, so none is compared with one of another machine.
"""

from __future__ import annotations

import json
import os
from collections.abc import Sequence

import attrs

from vsat_core.engine.child_loop import Reply
from vsat_core.engine.run_order import ChildOrder
from vsat_core.errors import InputError
from vsat_core.executors import dask_task
from vsat_core.executors.command_worker import MODULE
from vsat_core.executors.dask_carrier import Carrier
from vsat_core.executors.dask_cluster import MACHINE, connected
from vsat_core.executors.dask_task import Task
from vsat_core.failures import Failed

RESUME = "--resume"


@attrs.frozen
class Ended:
    """What a command printed, its exit code, and the machine that it ran on."""

    code: int
    out: str
    err: str
    machine: str


class CarriedCommand:
    """One command. If its worker dies it is sent again and goes on where it was."""

    def __init__(self) -> None:
        self._n_sent = 0
        self.ended: Ended | None = None

    def task(self, item: Sequence[str], command: str, workers: int) -> Task:
        argv = [*item]
        if self._n_sent and RESUME not in argv:
            argv.append(RESUME)
        self._n_sent += 1
        folder = os.getcwd()
        job = {"do": "command", "argv": argv, "folder": folder}
        return Task(command, ChildOrder(MODULE, "", "{}"), json.dumps(job), argv[0], folder, 1)

    def ends(self, item: Sequence[str], reply: Reply) -> bool:
        if "line" in reply:
            raise InputError(str(reply["line"]))
        code = reply["code"] if isinstance(reply["code"], int) else 2
        self.ended = Ended(code, str(reply["out"]), str(reply["err"]), str(reply["machine"]))
        return True

    def fails(self, item: Sequence[str], error: BaseException) -> None:
        raise InputError(Failed.of(item[0], error).line)


def run_exclusively(address: str, n: int, argv: Sequence[str]) -> Ended:
    """The command `argv`, without --executor, which understands --resume. Raises InputError where
    no worker offers a machine.
    """
    carried = CarriedCommand()
    with connected(address, min(n, 1)) as connection:
        if not connection.offers(MACHINE):
            raise InputError(
                f"--executor {address}: no worker offers a machine for itself; start one with "
                f"dask worker {address} --nthreads 1 --resources {MACHINE}=1"
            )
        Carrier(connection, [argv], carried, dask_task.ask, {MACHINE: 1}).run()
    if carried.ended is None:
        raise KeyboardInterrupt
    return carried.ended
