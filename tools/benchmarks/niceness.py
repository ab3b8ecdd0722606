"""The niceness of child processes: a browser sets that of some of its own."""

import contextlib
import os
from collections import defaultdict
from pathlib import Path


def children_as_nice() -> None:
    """Give all threads of all processes below this one its niceness."""
    nice = os.getpriority(os.PRIO_PROCESS, 0)
    children = defaultdict(list)
    for status in Path("/proc").glob("[0-9]*/stat"):
        with contextlib.suppress(OSError):
            parent = int(status.read_text().rpartition(")")[2].split()[1])
            children[parent].append(int(status.parent.name))
    waiting = list(children[os.getpid()])
    while waiting:
        process = waiting.pop()
        waiting += children[process]
        with contextlib.suppress(OSError):
            for thread in os.listdir(f"/proc/{process}/task"):
                os.setpriority(os.PRIO_PROCESS, int(thread), nice)
