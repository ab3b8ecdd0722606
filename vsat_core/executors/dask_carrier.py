"""Tasks of one command, carried to the workers of a Dask cluster. What was under way when a worker
or the scheduler died is sent again: a task must notice that it has been done.
"""

from __future__ import annotations

import contextlib
import json
import queue
import time
import uuid
from collections import deque
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import CancelledError
from typing import TYPE_CHECKING, Generic, Protocol, TypeVar

from vsat_core.engine.child_loop import Reply
from vsat_core.errors import InputError
from vsat_core.executors import dask_task
from vsat_core.executors.dask_cluster import CONNECT_S, Connection
from vsat_core.executors.dask_task import STOPPED, Task
from vsat_core.executors.shared_queue import LOOK_S

if TYPE_CHECKING:
    from distributed import Future

AHEAD = 2  # tasks for each one that can run: the next one waits where the last one ends
Item = TypeVar("Item")
Sent = TypeVar("Sent", contravariant=True)


class Carried(Protocol[Sent]):
    """What a command sends and hears."""

    def task(self, item: Sent, command: str, workers: int) -> Task:
        """The task of one item; see `Task` for `workers`."""

    def ends(self, item: Sent, reply: Reply) -> bool:
        """The answer; False sends the item again a little later."""

    def fails(self, item: Sent, error: BaseException) -> None:
        """Dask could not do the task."""

    def event(self, event: Reply) -> None:
        """What happens to the task of the path `of`, in another thread; see `dask_task.told`."""


class Carrier(Generic[Item]):
    """All items of a command: those that are left, those that were sent, and those for later."""

    def __init__(
        self,
        connection: Connection,
        items: Sequence[Item],
        carried: Carried[Item],
        work: Callable[[str], str],
        resources: Mapping[str, float] | None = None,
    ) -> None:
        """`resources` of a worker, by name, that each task has to itself."""
        self.name = uuid.uuid4().hex
        self._connection, self._carried, self._work = connection, carried, work
        self._resources = dict(resources or {})
        self._left = deque(items)
        self._sent: dict[str, tuple[Item, Future]] = {}
        self._later: deque[tuple[float, Item]] = deque()
        self._ended: queue.SimpleQueue[str] = queue.SimpleQueue()
        self._n_sent = 0
        connection.listen(dask_task.topic_of(self.name), carried.event)

    def run(self) -> None:
        """All of them. Raises InputError where there is no scheduler any more; whatever is raised,
        nothing works on after it.
        """
        try:
            while self._left or self._sent or self._later:
                self._send()
                with contextlib.suppress(queue.Empty):
                    self._receive(self._ended.get(timeout=LOOK_S))
        except BaseException:
            self._connection.everywhere(dask_task.stop, self.name)
            raise

    def _send(self) -> None:
        """As many as the cluster can take now; what was lost with a scheduler is sent again."""
        client, is_new = self._connection.client()
        if is_new:
            self._left.extendleft(reversed([item for item, _ in self._sent.values()]))
            self._sent.clear()
        slots = self._connection.slots()
        now = time.monotonic()
        while self._later and self._later[0][0] <= now:
            self._left.append(self._later.popleft()[1])
        while self._left and len(self._sent) < max(1, AHEAD * sum(slots.values())):
            item = self._left.popleft()
            workers = self._workers_for(item)
            if workers is not None and not workers:
                self._later.append((now + LOOK_S, item))
                continue
            self._n_sent += 1
            key = f"vsat-{self.name[:8]}-{self._n_sent}"
            text = self._carried.task(item, self.name, max(slots.values(), default=1)).text()
            future = client.submit(
                self._work,
                text,
                key=key,
                pure=False,
                workers=workers,
                resources=self._resources or None,
            )
            self._sent[key] = item, future
            future.add_done_callback(lambda done: self._ended.put(str(done.key)))

    def _workers_for(self, item: Item) -> Sequence[str] | None:
        """The addresses of the workers that may do it: None for all, nothing if it has to wait."""
        return None

    def _receive(self, key: str) -> None:
        """What became of a task."""
        if key not in self._sent:
            return  # it was lost with a scheduler and has been sent again
        item, future = self._sent.pop(key)
        if future.status == "error":
            self._carried.fails(item, _reason(future))
            return
        try:
            reply: Reply = json.loads(future.result(timeout=CONNECT_S))
        except (OSError, TimeoutError, CancelledError):  # the scheduler or the worker is gone
            self._left.append(item)
            return
        if reply.get("state") == STOPPED:
            raise KeyboardInterrupt
        if not self._carried.ends(item, reply):
            self._later.append((time.monotonic() + LOOK_S, item))


def _reason(future: Future) -> BaseException:
    """Why Dask could not do a task."""
    from distributed import KilledWorker

    error = future.exception()
    if isinstance(error, KilledWorker):
        return InputError("each of the Dask workers that had it died; look into their logs")
    return error if isinstance(error, BaseException) else InputError(str(error))
