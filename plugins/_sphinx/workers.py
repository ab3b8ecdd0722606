"""Processes of one PocketSphinx decoder each, free to be asked: PocketSphinx holds Python's lock
while it works.
"""

from __future__ import annotations

import json
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from queue import SimpleQueue
from typing import Any

import attrs

from vsat_core.engine.interpreter import interpreter, module_command

Worker = subprocess.Popen[bytes]


@contextmanager
def running(module: str, n: int, params: Any) -> Iterator[SimpleQueue[Worker]]:
    """`n` processes of a module, started with the params; they end with the block."""
    command = module_command(module, json.dumps(attrs.asdict(params)))
    started: list[Worker] = []
    free: SimpleQueue[Worker] = SimpleQueue()
    try:
        for _ in range(n):
            started.append(
                subprocess.Popen(
                    command, executable=interpreter(), stdin=subprocess.PIPE, stdout=subprocess.PIPE
                )
            )
            free.put(started[-1])
        yield free
    finally:
        for worker in started:
            worker.kill()
            worker.communicate()
