"""Processes of one PocketSphinx decoder each: PocketSphinx holds Python's lock while it works.

A request is a line of JSON with the number of samples and other values, then the samples as
float32; the answer is a line of JSON.
"""

import json
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from queue import SimpleQueue
from typing import Any

import attrs
import numpy as np

from vsat_core.contract.threads import thread_count
from vsat_core.engine.interpreter import interpreter, module_command
from vsat_core.errors import VsatError


def process_count(asked: int, n_samples: int, worth: int) -> int:
    """`asked`; with 0 one process a core, but at least `worth` samples for each."""
    return asked or min(thread_count(0), -(-n_samples // worth))


class Workers:
    """Processes of one stage, idle or at work."""

    def __init__(self, stage: str) -> None:
        self._stage = stage
        self.processes: list[subprocess.Popen[bytes]] = []
        self._idle: SimpleQueue[subprocess.Popen[bytes]] = SimpleQueue()

    def start(self, command: list[str]) -> None:
        """One more of them."""
        pipe = subprocess.PIPE
        process = subprocess.Popen(command, executable=interpreter(), stdin=pipe, stdout=pipe)
        self.processes.append(process)
        self._idle.put(process)

    def ask(self, samples: np.ndarray, **request: Any) -> Any:
        """The answer of an idle process. Raises VsatError if it has died."""
        process = self._idle.get()
        assert process.stdin and process.stdout
        try:
            line = json.dumps({"n_samples": len(samples), **request}) + "\n"
            process.stdin.write(line.encode())
            process.stdin.write(samples.astype(np.float32).tobytes())
            process.stdin.flush()
            answer = process.stdout.readline()
        except BrokenPipeError:
            answer = b""
        finally:
            self._idle.put(process)
        if not answer:
            raise VsatError(
                f"{self._stage} sphinx: a process ended with code {process.wait()}; "
                "sphinx.baseline needs none"
            )
        return json.loads(answer)


@contextmanager
def running(stage: str, n: int, params: attrs.AttrsInstance) -> Iterator[Workers]:
    """n processes of a stage's sphinx_worker.py with its params; they end with the block."""
    module = f"vsat_plugins.{stage}.sphinx_worker"
    command = module_command(module, json.dumps(attrs.asdict(params)))
    workers = Workers(stage)
    try:
        for _ in range(n):
            workers.start(command)
        yield workers
    finally:
        for process in workers.processes:
            process.kill()
            process.communicate()


def serve(answer: Callable[..., Any]) -> None:
    """In a worker: answer every request, `answer(samples, **request)`, until the input ends."""
    requests = sys.stdin.buffer
    while line := requests.readline():
        request = json.loads(line)
        samples = np.frombuffer(requests.read(request.pop("n_samples") * 4), np.float32)
        print(json.dumps(answer(samples, **request)), flush=True)
