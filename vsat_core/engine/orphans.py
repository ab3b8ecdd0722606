"""A child process ends when its parent does, even when the parent was killed and could not
say so.
"""

from __future__ import annotations

import os
import select
import signal
import sys
import threading


def end_with_parent(pipe: int) -> None:
    """Watch the pipe on which this process answers; once nobody reads it, remove its scratch and
    end it at once.

    What it has started itself ends with it if it leads a group of processes, as
    `measure.worker.Worker` starts it.
    """
    threading.Thread(target=_watch, args=(pipe,), name="vsat-parent", daemon=True).start()


def _watch(pipe: int) -> None:
    poll = select.poll()
    poll.register(pipe, 0)  # POLLERR, that the reading end is closed, is always reported
    poll.poll()
    if scratch := sys.modules.get(
        "vsat_core.contract.scratch"
    ):  # not imported for this: hotspots measures what imports cost
        scratch.remove_own()
    if os.getpgrp() == os.getpid():
        os.killpg(0, signal.SIGKILL)
    os._exit(1)
