"""How many threads a variant computes with."""

import os
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

Item = TypeVar("Item")
Result = TypeVar("Result")


def thread_count(asked: int) -> int:
    """`asked`; with 0 what OMP_NUM_THREADS says, as for numerical libraries, else the cores this
    process may run on.

    >>> thread_count(3)
    3
    """
    said = os.environ.get("OMP_NUM_THREADS", "").partition(",")[0]
    cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count()
    return asked or (int(said) if said.isdecimal() else 0) or cores or 1


def map_threads(
    work: Callable[[Item], Result], items: Iterable[Item], threads: int
) -> Iterator[Result]:
    """`work` on every item by several threads, results in the order of the items.

    For work that lets go of Python's lock, such as a network on one batch: batches side by side on
    one thread each need no waiting for each other inside, so they are faster than one batch on all
    threads, and the answer does not depend on their number. What has not begun is dropped when the
    caller stops asking.

    >>> list(map_threads(abs, [-3, 2], threads=2))
    [3, 2]
    """
    pool = ThreadPoolExecutor(threads)
    try:
        yield from pool.map(work, items)
    finally:
        pool.shutdown(cancel_futures=True)
