"""A connection to a Dask scheduler that lasts while the scheduler is started again, and clusters of
this machine.
"""

from __future__ import annotations

import contextlib
import logging
import time
from collections import Counter
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from vsat_core.contract import scratch
from vsat_core.engine.child_loop import Reply
from vsat_core.errors import InputError
from vsat_core.executors.dask_task import IDLE
from vsat_core.measure.machine import identity

if TYPE_CHECKING:
    from distributed import Client

CONNECT_S = 10.0  # for one try
PATIENCE_S = 300.0  # without a scheduler, after there was one
PAUSE_S = 1.0
MACHINE = "machine"  # a resource of Dask: a worker that offers one is alone on its machine
MISSING = "--executor needs Dask: pip install 'vsat-speech[cluster]'"


class Connection:
    """The client of one scheduler. A context manager."""

    def __init__(self, address: str) -> None:
        self._address = address
        self._client = _client(address)
        self._machines: dict[str, str] = {}  # by address of the worker
        self._listeners: dict[str, Callable[[Reply], None]] = {}  # by topic

    def __enter__(self) -> Connection:
        return self

    def __exit__(self, *exc: object) -> None:
        with contextlib.suppress(Exception):
            self._client.close(timeout=CONNECT_S)

    def client(self) -> tuple[Client, bool]:
        """The client, connected, and whether it is another one than last time. Raises InputError
        when there is no scheduler for `PATIENCE_S`.
        """
        if self._client.status == "running":
            return self._client, False
        until = time.monotonic() + PATIENCE_S
        with contextlib.suppress(Exception):
            self._client.close(timeout=PAUSE_S)
        while True:
            try:
                self._client = _client(self._address)
                self._machines.clear()
                for topic, listener in self._listeners.items():
                    self._subscribe(topic, listener)
                return self._client, True
            except InputError:
                if time.monotonic() > until:
                    raise
                time.sleep(PAUSE_S)

    def slots(self) -> dict[str, int]:
        """The number of tasks that each machine works on at the same time, by its host."""
        found: Counter[str] = Counter()
        with contextlib.suppress(Exception):  # the scheduler is gone: the next look says so
            for address, n in self._client.nthreads().items():
                found[urlsplit(address).hostname or ""] += n
        return dict(found)

    def machines(self) -> dict[str, str]:
        """The address of a worker for each machine that a worker offers, by the machine's name."""
        with contextlib.suppress(Exception):  # the scheduler or a worker has just gone
            self._client.wait_for_workers(1, timeout=CONNECT_S)
            workers = self._client.scheduler_info(n_workers=-1)["workers"]
            there = [address for address, w in workers.items() if MACHINE in w["resources"]]
            self._machines = {a: name for a, name in self._machines.items() if a in there}
            if new := [address for address in there if address not in self._machines]:
                self._machines |= self._client.run(identity, workers=new, on_error="ignore")
        return {name: address for address, name in reversed(self._machines.items())}

    def listen(self, topic: str, listener: Callable[[Reply], None]) -> None:
        """Call this, in another thread, with every event that a worker sends about the topic."""
        self._listeners[topic] = listener
        self._subscribe(topic, listener)

    def _subscribe(self, topic: str, listener: Callable[[Reply], None]) -> None:
        self._client.subscribe_topic(topic, lambda timed: listener(timed[1]))

    def everywhere(self, work: Callable[[str], None], text: str) -> None:
        """Call this on every worker; a cluster that is gone needs no call."""
        with contextlib.suppress(Exception):
            self._client.run(work, text)


@contextlib.contextmanager
def connected(address: str, n: int) -> Iterator[Connection]:
    """The scheduler at this address, or with "" a cluster of `n` processes that ends with this.

    Raises InputError if Dask is not installed or nobody answers.
    """
    _load()
    with contextlib.ExitStack() as held:
        if not address:
            address = held.enter_context(local_cluster(n))
        yield held.enter_context(Connection(address))


@contextlib.contextmanager
def local_cluster(n: int) -> Iterator[str]:
    """The address of a cluster for `n` tasks at a time, for this process alone.

    Scheduler and worker are threads of this process, since the tasks are done by children of theirs
    (`dask_task`): Dask's own processes would cost a second of processor time each.
    """
    _load()
    from distributed import LocalCluster

    with (
        scratch.folder() as folder,
        LocalCluster(
            n_workers=1,
            threads_per_worker=n,
            processes=False,
            dashboard_address="127.0.0.1:0",  # None would take a port that others may have
            scheduler_kwargs={"dashboard": False},
            silence_logs=logging.CRITICAL,
            resources={MACHINE: 1},
            memory_limit=0,  # the work is done by children, which it does not count
            local_directory=str(folder),
        ) as cluster,
    ):
        try:
            yield str(cluster.scheduler_address)
        finally:
            IDLE.close()


def _client(address: str) -> Client:
    """Raises InputError if nobody answers."""
    from distributed import Client

    try:
        return Client(address, timeout=CONNECT_S, set_as_default=False)
    except (OSError, TimeoutError):
        raise InputError(
            f"--executor {address}: no Dask scheduler answers there; start one with dask scheduler"
        ) from None


def _load() -> None:
    """Import Dask and silence its log: lost connections are mended here and are no news to the
    user. Raises InputError if Dask is not installed.
    """
    try:
        import distributed  # noqa: F401  it sets the levels of its loggers
    except ImportError:
        raise InputError(MISSING) from None
    for name in list(logging.root.manager.loggerDict):
        if name.partition(".")[0] in ("distributed", "tornado"):
            logging.getLogger(name).setLevel(logging.CRITICAL + 1)
