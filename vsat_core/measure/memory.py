"""Peak memory of this process, sampled: anonymous resident memory, so that pages of memory maps do not count."""
from __future__ import annotations

import threading
from pathlib import Path

import psutil

STATUS = Path("/proc/self/status")


def anonymous_bytes() -> int:
    """RssAnon of this process in bytes; the whole resident set where the system does not tell it apart."""
    try:
        for line in STATUS.read_bytes().splitlines():
            if line.startswith(b"RssAnon:"):
                return int(line.split()[1]) * 1024
    except OSError:
        pass
    return int(psutil.Process().memory_info().rss)


class PeakSampler:
    """Samples `anonymous_bytes` from a thread; `restart` begins a new peak. A context manager."""

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
        while not self._stop.wait(self._interval_s):
            self._peak = max(self._peak, anonymous_bytes())
