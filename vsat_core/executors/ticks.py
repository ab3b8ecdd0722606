"""How far a command is, for whoever started it: JSON lines on a pipe whose number is in the
environment.
"""

from __future__ import annotations

import contextlib
import json
import os
from collections.abc import Callable, Iterator

VARIABLE = "VSAT_TICKS"


@contextlib.contextmanager
def tick_pipe(total: int) -> Iterator[Callable[[str], None] | None]:
    """Call what it gives once a step, with what is done there; None where nobody listens."""
    number = os.environ.pop(VARIABLE, "")  # processes started from here have no such pipe
    try:
        pipe = open(int(number), "w", encoding="utf-8")  # noqa: SIM115  closed below
    except (ValueError, OSError):
        yield None
        return
    done = 0

    def tick(doing: str) -> None:
        nonlocal done
        done += 1
        line = {"doing": doing, "done": done, "total": max(total, done)}
        with contextlib.suppress(OSError):
            print(json.dumps(line), file=pipe, flush=True)

    try:
        yield tick
    finally:
        with contextlib.suppress(OSError):
            pipe.close()
