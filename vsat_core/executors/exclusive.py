"""A command that takes times, on machines of a Dask cluster that do nothing else meanwhile.

Workers that may be used so offer one "machine" as a resource of Dask. One task at a time gets it.
Each machine runs the whole command, so all its times are taken there, and none is compared with one
of another machine.
"""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Sequence

import attrs

from vsat_core.engine.child_loop import Reply
from vsat_core.engine.run_order import ChildOrder
from vsat_core.errors import InputError
from vsat_core.executors import dask_task
from vsat_core.executors.command_worker import MODULE
from vsat_core.executors.dask_carrier import Carrier
from vsat_core.executors.dask_cluster import MACHINE, connected
from vsat_core.executors.dask_machines import MachineCarrier
from vsat_core.executors.dask_task import Task
from vsat_core.failures import Failed

RESUME = "--resume"
ANY = ""  # a machine, whichever is free
Tick = Callable[[str, str, int, int], None]  # machine, what it does, steps done, steps in all


def no_tick(machine: str, doing: str, done: int, total: int) -> None:
    """Nobody looks."""


@attrs.frozen
class Ended:
    """What a command printed, its exit code, and the machine that it ran on."""

    code: int
    out: str
    err: str
    machine: str


class CarriedCommand:
    """One command, by machine. If a worker dies it is sent again and goes on where it was."""

    def __init__(self, argv: Sequence[str], tick: Tick) -> None:
        self._argv, self._tick = argv, tick
        self._sent: set[str] = set()
        self.ended: list[Ended] = []

    def task(self, item: str, command: str, workers: int) -> Task:
        argv = [*self._argv]
        if item in self._sent and RESUME not in argv:
            argv.append(RESUME)
        self._sent.add(item)
        folder = os.getcwd()
        job = {"do": "command", "argv": argv, "folder": folder}
        return Task(command, ChildOrder(MODULE, "", "{}"), json.dumps(job), argv[0], folder, 1)

    def ends(self, item: str, reply: Reply) -> bool:
        if "line" in reply:
            raise InputError(str(reply["line"]))
        code = reply["code"] if isinstance(reply["code"], int) else 2
        out, err, machine = (str(reply[name]) for name in ("out", "err", "machine"))
        self.ended.append(Ended(code, out, err, machine))
        return True

    def event(self, event: Reply) -> None:
        if event["event"] == "tick":
            done, total = int(str(event["done"])), int(str(event["total"]))
            self._tick(str(event["machine"]), str(event["doing"]), done, total)

    def fails(self, item: str, error: BaseException) -> None:
        """The others go on; without others it is the end."""
        line = Failed.of(self._argv[0], error).line
        if item == ANY:
            raise InputError(line)
        self.ended.append(Ended(2, "", f"vsat: {item}: {line}\n", item))


def run_exclusively(
    address: str, n: int, argv: Sequence[str], on_each: bool = False, tick: Tick = no_tick
) -> list[Ended]:
    """The command `argv`, without --executor, which understands --resume: on one machine, or
    `on_each` of those that workers offer. `tick` hears how far each machine is. Raises InputError
    where no worker offers a machine.
    """
    carried = CarriedCommand(argv, tick)
    with connected(address, min(n, 1)) as connection:
        machines = connection.machines()
        if not machines:
            raise InputError(
                f"--executor {address}: no worker offers a machine for itself; start one with "
                f"dask worker {address} --nthreads 1 --resources {MACHINE}=1"
            )
        several = on_each and len(machines) > 1
        items = sorted(machines) if several else [ANY]
        carrier = (MachineCarrier if several else Carrier[str])(
            connection, items, carried, dask_task.ask, {MACHINE: 1}
        )
        carrier.run()
    if not carried.ended:
        raise KeyboardInterrupt
    return sorted(carried.ended, key=lambda ended: ended.machine)
