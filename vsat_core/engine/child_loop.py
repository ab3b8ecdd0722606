"""What every child process does: it answers jobs, JSON lines from one pipe, on another pipe."""

from __future__ import annotations

import json
import os
import select
import signal
import sys
import threading
from collections.abc import Callable
from typing import Protocol

from vsat_core.artifacts.json_value import JsonValue
from vsat_core.printable import safe_streams

Job = dict[str, JsonValue]
Reply = dict[str, JsonValue]


class Send(Protocol):
    """Writes one JSON line to the parent process."""

    def __call__(self, **reply: object) -> None:
        """Values that JSON can hold."""


def answer_jobs(
    handler_of: Callable[[Send], object],
    describe: Callable[[BaseException], str] = lambda error: f"{type(error).__name__}: {error}",
    **ready: object,
) -> None:
    """Answer jobs until the pipe closes; `ready` is sent before the first.

    The method named by "do" in a job answers it. Whatever a method raises becomes the reply
    `error`, in the words of `describe`: it is a result, not the end of the process.
    """
    with os.fdopen(int(sys.argv[1])) as jobs, os.fdopen(int(sys.argv[2]), "w") as replies:
        end_with_parent(replies.fileno())
        safe_streams()

        def send(**reply: object) -> None:
            print(json.dumps(reply), file=replies, flush=True)

        handler = handler_of(send)
        send(ready=True, **ready)
        for line in jobs:
            job = json.loads(line)
            try:
                reply: Reply = getattr(handler, job["do"])(job)
            except BaseException as error:
                reply = {"error": describe(error)}
            send(**reply)


def end_with_parent(pipe: int) -> None:
    """End this process once nobody reads `pipe`, even when the parent was killed.

    Its scratch is removed first, and its process group ends with it if it leads one, as a child of
    `engine.worker.Worker` does.
    """
    threading.Thread(target=_wait_for_reader, args=(pipe,), name="vsat-parent", daemon=True).start()


def _wait_for_reader(pipe: int) -> None:
    poll = select.poll()
    poll.register(pipe, 0)  # POLLERR, that the reading end is closed, is always reported
    poll.poll()
    # not imported for this: hotspots measures what imports cost
    if scratch := sys.modules.get("vsat_core.contract.scratch"):
        scratch.remove_own()
    if os.getpgrp() == os.getpid():
        os.killpg(0, signal.SIGKILL)
    os._exit(1)
