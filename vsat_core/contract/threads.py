"""How many threads a variant computes with."""

from __future__ import annotations

import os
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor, wait
from typing import TYPE_CHECKING, TypeVar

if TYPE_CHECKING:
    import numpy as np

LOOK_S = 0.5
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


def batch_name(batch: np.ndarray) -> str:  # type: ignore[explicit-any]  # it is in the stubs of NumPy
    """A name for `run.resumable`, of a batch of a list that is divided in one order: its first and
    last item, and how many there are.

    >>> import numpy as np
    >>> batch_name(np.array([4, 5, 6]))
    '4-6-3'
    """
    return f"{batch[0]}-{batch[-1]}-{len(batch)}"


def map_threads(
    work: Callable[[Item], Result],
    items: Iterable[Item],
    threads: int,
    look: Callable[[], None] = lambda: None,
) -> Iterator[Result]:
    """`work` on every item by several threads, results in the order of the items.

    For work that lets go of Python's lock, such as a network on one batch: batches side by side on
    one thread each need no waiting for each other inside, so they are faster than one batch on all
    threads, and the answer does not depend on their number. When the caller stops asking, what
    has not begun is dropped, and what has is not waited for: its result goes nowhere. While a
    result is waited for, `look` is called twice a second; it may raise Cancelled.

    >>> list(map_threads(abs, [-3, 2], threads=2))
    [3, 2]
    """
    pool, done = ThreadPoolExecutor(threads), False
    try:
        due = deque(pool.submit(work, item) for item in items)
        while due:
            while not wait([due[0]], LOOK_S).done:
                look()
            yield due.popleft().result()
        done = True
    finally:
        pool.shutdown(wait=done, cancel_futures=True)
