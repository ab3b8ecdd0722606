"""One task for each machine of a Dask cluster, carried to the worker of that machine."""

from __future__ import annotations

import time
from collections import deque
from collections.abc import Sequence

from vsat_core.errors import InputError
from vsat_core.executors.dask_carrier import Carrier
from vsat_core.executors.dask_cluster import PATIENCE_S


class MachineCarrier(Carrier[str]):
    """Items are names of machines. A machine whose worker is started again gets its item again; it
    is given up when no worker of it is there for `PATIENCE_S`.
    """

    def run(self) -> None:
        """All of them; see `Carrier.run`."""
        self._at: dict[str, str] = {}  # addresses that items were sent to
        self._since: dict[str, float] = {}  # when machines were first missed
        super().run()

    def _send(self) -> None:
        there = self._connection.machines()
        for key, (item, future) in list(self._sent.items()):
            if there.get(item) != self._at[item]:
                del self._sent[key]
                future.cancel()
                self._left.append(item)
        self._give_up()
        super()._send()

    def _workers_for(self, item: str) -> Sequence[str] | None:
        address = self._connection.machines().get(item)
        if address is None:
            self._since.setdefault(item, time.monotonic())
            return []
        self._since.pop(item, None)
        self._at[item] = address
        return [address]

    def _give_up(self) -> None:
        """Items whose machines have been missing for too long."""
        now = time.monotonic()
        for item in [i for i, since in self._since.items() if now - since > PATIENCE_S]:
            del self._since[item]
            self._later = deque(pair for pair in self._later if pair[1] != item)
            self._carried.fails(
                item,
                InputError("no worker offers this machine any more; start one and use --resume"),
            )
