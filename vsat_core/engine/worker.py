"""One spawned process that answers jobs, watched from outside: time-out, memory limit, crash are
results.
"""

from __future__ import annotations

import contextlib
import json
import os
import selectors
import signal
import subprocess
import tempfile
import time
from collections.abc import Callable, Mapping
from typing import Literal

import attrs
import psutil

from vsat_core.engine.child_loop import Reply
from vsat_core.engine.interpreter import interpreter, module_command
from vsat_core.engine.memory import anonymous_bytes

WATCH_S = 0.05  # between two looks at a working child's memory
SAMPLE_S = 0.001  # the same while its peak is being measured
TAIL = 300  # characters of a dead child's last words
PRINTING = {
    "PYTHONIOENCODING": "utf-8:backslashreplace"
}  # no print of a plugin fails for what it prints


@attrs.frozen
class Failure:
    """Why a measurement has no figure."""

    kind: Literal["crashed", "killed", "timed out", "memory limit", "error"]
    reason: str


class WorkerFailed(Exception):
    """The worker could not answer; `failure` says why. Inside the measuring core only."""

    def __init__(self, failure: Failure) -> None:
        self.failure = failure
        super().__init__(f"{failure.kind}: {failure.reason}")


class Worker:
    """A child process, never forked. A context manager; after a failure it is dead and says so
    again.
    """

    def __init__(
        self,
        *,
        threads: int,
        memory_limit: int = 0,
        timeout_s: float = 600.0,
        environment: Mapping[str, str] | None = None,
        module: str = "vsat_core.measure.worker_main",
    ) -> None:
        self._memory_limit, self._timeout_s = memory_limit, timeout_s
        self._last_words = tempfile.TemporaryFile()  # noqa: SIM115 closed with the worker
        jobs, self._jobs = os.pipe()
        self._replies, replies = os.pipe()
        env = {**os.environ, **PRINTING, **thread_settings(threads), **(environment or {})}
        self._process = subprocess.Popen(
            module_command(module, str(jobs), str(replies)),
            pass_fds=(jobs, replies),
            stdin=subprocess.DEVNULL,
            stdout=self._last_words,
            stderr=self._last_words,
            env=env,
            start_new_session=True,
            executable=interpreter(),
        )
        os.close(jobs)
        os.close(replies)
        self._selector = selectors.DefaultSelector()
        self._selector.register(self._replies, selectors.EVENT_READ)
        self._buffer = b""
        self._failure: Failure | None = None
        self.peak_bytes = 0
        self.held_bytes = 0  # of the child when it was ready for its first job

    def __enter__(self) -> Worker:
        self.held_bytes = int(str(self._reply(self._timeout_s, WATCH_S).get("anonymous", 0)))
        return self

    def __exit__(self, *exc: object) -> None:
        self.close()

    def close(self) -> None:
        """End the child and everything it started."""
        if self._process.poll() is None:
            self.kill()
        self._process.wait()
        self._selector.close()
        for fd in {self._jobs, self._replies} - {-1}:
            os.close(fd)
        self._jobs = self._replies = -1
        self._last_words.close()

    @property
    def alive(self) -> bool:
        """Whether it can take another job."""
        return self._failure is None

    def kill(self) -> None:
        """End the child now; whoever waits for its answer gets WorkerFailed."""
        with contextlib.suppress(ProcessLookupError):
            os.killpg(self._process.pid, signal.SIGKILL)

    def ask(
        self,
        do: str,
        *,
        weigh: bool = False,
        timeout_s: float | None = None,
        on_event: Callable[[Reply], None] | None = None,
        **job: object,
    ) -> Reply:
        """Send one job and wait for its answer; with `weigh` its peak memory is left in
        `peak_bytes`.

        Lines with an "event" that come before the answer go to `on_event`. Raises WorkerFailed.
        """
        if self._failure:
            raise WorkerFailed(self._failure)
        self.peak_bytes = 0
        try:
            os.write(self._jobs, json.dumps({"do": do, "weigh": weigh, **job}).encode() + b"\n")
        except BrokenPipeError:
            raise self._dead() from None
        reply = self._reply(timeout_s or self._timeout_s, SAMPLE_S if weigh else WATCH_S)
        while "event" in reply:
            if on_event:
                on_event(reply)
            reply = self._reply(timeout_s or self._timeout_s, SAMPLE_S if weigh else WATCH_S)
        if "error" in reply:
            raise WorkerFailed(Failure("error", str(reply["error"])))
        return reply

    def _reply(self, timeout_s: float, interval_s: float) -> Reply:
        """The next line from the child, its memory looked at every `interval_s`."""
        deadline = time.monotonic() + timeout_s
        while b"\n" not in self._buffer:
            if self._selector.select(interval_s):
                block = os.read(self._replies, 1 << 16)
                if not block:
                    raise self._dead()
                self._buffer += block
                continue
            self._look()
            if time.monotonic() > deadline:
                raise self._end(
                    Failure("timed out", f"no answer within {timeout_s:g} s; raise --timeout")
                )
        line, _, self._buffer = self._buffer.partition(b"\n")
        answer: Reply = json.loads(line)
        return answer

    def _look(self) -> None:
        """Note the child's memory and stop it above the limit."""
        try:
            used = anonymous_bytes(self._process.pid)
        except (OSError, psutil.Error):
            return
        self.peak_bytes = max(self.peak_bytes, used)
        if self._memory_limit and used > self._memory_limit:
            limit = f"{used / 1e6:.0f} MB used, {self._memory_limit / 1e6:.0f} MB allowed"
            raise self._end(Failure("memory limit", f"{limit}; raise --memory-limit"))

    def _end(self, failure: Failure) -> WorkerFailed:
        """Kill the child for this reason."""
        os.killpg(self._process.pid, signal.SIGKILL)
        self._process.wait()
        self._failure = failure
        return WorkerFailed(failure)

    def _dead(self) -> WorkerFailed:
        """What a child that ended by itself died of."""
        code = self._process.wait()
        self._last_words.seek(0)
        output = self._last_words.read().decode(errors="replace").strip()[-TAIL:]
        if code == -signal.SIGKILL:
            self._failure = Failure("killed", "killed from outside, most likely for want of memory")
        elif code < 0:
            self._failure = Failure("crashed", f"{signal.Signals(-code).name} {output}".strip())
        else:
            self._failure = Failure("crashed", f"exit code {code} {output}".strip())
        return WorkerFailed(self._failure)


def thread_settings(threads: int) -> dict[str, str]:
    """Environment that sets the thread pools of the usual libraries, and `thread_count`."""
    names = ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS", "NUMBA_NUM_THREADS")
    return dict.fromkeys(names, str(threads))
