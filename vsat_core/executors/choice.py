"""Which executor an option names."""

from __future__ import annotations

from vsat_core.errors import InputError
from vsat_core.executors.executor import Executor

LOCAL = "local"
CLUSTER, SCHEDULER = "cluster:", "tcp://"


def executor_of(text: str, n_jobs: int | None) -> Executor:
    """The executor that --executor names; `n_jobs` is --jobs. Raises InputError."""
    if text == LOCAL:
        from vsat_core.executors.local import LocalExecutor

        return LocalExecutor(n_jobs)
    if n_jobs is not None:
        raise InputError(f"--jobs is for --executor {LOCAL}; leave it out with {text}")
    from vsat_core.executors.dask_executor import DaskExecutor

    return DaskExecutor(*cluster_of(text))


def cluster_of(text: str) -> tuple[str, int]:
    """The address of a scheduler and 0, or "" and the number of processes to start. Raises
    InputError.

    >>> cluster_of("cluster:2"), cluster_of("tcp://10.0.0.7:8786")
    (('', 2), ('tcp://10.0.0.7:8786', 0))
    """
    number = text.removeprefix(CLUSTER)
    if text.startswith(CLUSTER) and number.isdecimal() and int(number):
        return "", int(number)
    host, colon, port = text.removeprefix(SCHEDULER).rpartition(":")
    if text.startswith(SCHEDULER) and host and colon and port.isdecimal():
        return text, 0
    raise InputError(
        f"--executor: expected local, tcp://HOST:PORT of a Dask scheduler, or cluster:N with N "
        f"processes to start, got {text!r}"
    )
