"""Memory of a process: anonymous resident memory, so that pages of memory maps do not count.

Linux tells it as RssAnon. VmHWM, the kernel's own high-water mark, also counts touched pages of
memory maps; ru_maxrss is inherited from the parent and is never used.
"""

from __future__ import annotations

import contextlib
import ctypes
import mmap
import os
import threading
from pathlib import Path

import psutil

M_TRIM_THRESHOLD, M_MMAP_THRESHOLD = -1, -3  # their numbers in malloc.h
PAGE = mmap.PAGESIZE
LARGE = 1 << 22  # with 16 MB, blocks of 14 piled up on the heap by chance; 1 MB costs more time
KEPT = 1 << 24


def anonymous_bytes(pid: int | None = None) -> int:
    """RssAnon of a process (this one by default) in bytes; the whole resident set where the system
    has no RssAnon.
    """
    found = _status("RssAnon", pid)
    return psutil.Process(pid).memory_info().rss if found is None else found


def high_water_bytes() -> int:
    """VmHWM of this process since `reset_high_water`, in bytes; 0 where the system does not
    tell.
    """
    return _status("VmHWM", None) or 0


def reset_high_water() -> None:
    """Begin a new VmHWM; does nothing where the system cannot."""
    with contextlib.suppress(OSError):
        Path("/proc/self/clear_refs").write_text("5")


def give_back_freed() -> None:
    """Return freed pages to the system, which the C library else keeps for later; does nothing
    where it cannot.
    """
    with contextlib.suppress(AttributeError, OSError, TypeError):
        ctypes.CDLL(None).malloc_trim(0)


def steady_allocator() -> None:
    """Blocks from LARGE bytes on go back to the system once freed, smaller ones when KEPT bytes lie
    free at the end of the heap; does nothing where the C library has no such options.

    The GNU C library else raises the first bound to whatever size was freed last, so that later
    blocks are cut from memory it keeps, and the peak of one and the same call depends on which
    thread freed first. Once the first bound is set it no longer raises the second, 128 kB, and
    arrays that come and go move the end of the heap and fault their pages in again each time
    (mallopt(3), M_MMAP_THRESHOLD and M_TRIM_THRESHOLD).
    """
    with contextlib.suppress(AttributeError, OSError, TypeError):
        for option, bound in ((M_MMAP_THRESHOLD, LARGE), (M_TRIM_THRESHOLD, KEPT)):
            ctypes.CDLL(None).mallopt(option, bound)


def _status(name: str, pid: int | None) -> int | None:
    """One line of /proc/PID/status in bytes, None where there is none. Raises ProcessLookupError
    for a dead process.
    """
    path = Path(f"/proc/{pid or 'self'}/status")
    with contextlib.suppress(FileNotFoundError):
        for line in path.read_bytes().splitlines():
            if line.startswith(name.encode() + b":"):
                return int(line.split()[1]) * 1024
    return None


def _anonymous(statm: int) -> int:
    """The same as RssAnon from an open /proc/self/statm, resident less shared pages: one system
    call, since whoever samples takes Python's lock from the stage that it watches.
    """
    _, resident, shared, *_ = os.pread(statm, 128, 0).split()
    return (int(resident) - int(shared)) * PAGE


class PeakSampler:
    """Samples `anonymous_bytes` of this process from a thread; `restart` begins a new peak. A
    context manager.
    """

    def __init__(self, interval_s: float = 0.02) -> None:
        self._interval_s = interval_s
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._watch, name="vsat-memory", daemon=True)
        self._peak = 0

    def __enter__(self) -> PeakSampler:
        self._thread.start()
        return self

    def __exit__(self, *exc: object) -> None:
        self._stop.set()
        self._thread.join()

    def restart(self) -> None:
        """Forget the peak so far."""
        self._peak = anonymous_bytes()

    def peak_bytes(self) -> int:
        """The highest value seen since the last restart, this moment included."""
        self._peak = max(self._peak, anonymous_bytes())
        return self._peak

    def _watch(self) -> None:
        with contextlib.ExitStack() as opened:
            try:
                statm = opened.enter_context(Path("/proc/self/statm").open("rb", buffering=0))
            except OSError:
                statm = None
            while not self._stop.wait(self._interval_s):
                self._peak = max(
                    self._peak, _anonymous(statm.fileno()) if statm else anonymous_bytes()
                )
