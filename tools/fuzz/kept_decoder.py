"""FFmpeg's process is kept from case to case: starting it takes most of the time of a case.

`vsat run` starts one for each recording; how it is limited and watched is the same.
"""

from __future__ import annotations

import contextlib
from pathlib import Path

import psutil

from vsat_core.engine.worker import Worker
from vsat_plugins.decode import av_native


class KeptWorker:
    """A context manager that gives the same process again while it lives."""

    _kept: dict[str, Worker] = {}  # noqa: RUF012 one for the whole process

    def __init__(self, *, threads: int, memory_limit: int, module: str) -> None:
        self._settings, self._module = (threads, memory_limit), module

    def __enter__(self) -> Worker:
        worker = self._kept.get(self._module)
        if worker is None or not worker.alive:
            if worker:
                worker.close()
            threads, limit = self._settings
            worker = Worker(threads=threads, memory_limit=limit, module=self._module)
            self._kept[self._module] = worker.__enter__()
        return worker

    @classmethod
    def kept(cls) -> list[Worker]:
        """The processes."""
        return [*cls._kept.values()]

    def __exit__(self, *exc: object) -> None:
        """It goes on."""


def decoder_peak_bytes() -> int:
    """Peak of resident memory since this was asked last; 0 while there is no such process."""
    return max((_peak_of(Path("/proc", str(w._process.pid))) for w in KeptWorker.kept()), default=0)


def decoder_cpu_s() -> float:
    """Seconds of computing of the kept processes."""
    spent = 0.0
    for worker in KeptWorker.kept():
        with contextlib.suppress(psutil.Error):
            spent += sum(psutil.Process(worker._process.pid).cpu_times()[:2])
    return spent


def _peak_of(process: Path) -> int:
    """VmHWM of a process, which is then reset; 0 if the process has ended."""
    with contextlib.suppress(OSError, StopIteration):
        peak = peak_bytes(process)
        (process / "clear_refs").write_text("5")
        return peak
    return 0


def peak_bytes(process: Path) -> int:
    """The highest resident memory of a process in /proc. Raises OSError, StopIteration."""
    lines = (process / "status").read_text().splitlines()
    return 1024 * int(next(line.split()[1] for line in lines if line.startswith("VmHWM")))


def keep_decoder() -> None:
    """From now on decoding in this process uses one process of FFmpeg."""
    av_native.Worker = KeptWorker  # type: ignore[misc, assignment]
