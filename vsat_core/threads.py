"""How many threads a variant computes with."""
from __future__ import annotations

import os


def thread_count(asked: int) -> int:
    """`asked`, or with 0 the number of cores this process may run on.

    >>> thread_count(3)
    3
    """
    return asked or len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else asked or os.cpu_count() or 1
