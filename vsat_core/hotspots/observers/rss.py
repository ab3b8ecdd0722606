"""Resident memory by phase, without any profiler: what the profilers of memory are compared
with.
"""

import threading
from pathlib import Path
from typing import Any

from vsat_core.hotspots.timeline import Observer

INTERVAL_S = 0.01


def anonymous_bytes() -> int:
    """RssAnon of this process; 0 where the system does not tell. (measure.memory would load psutil
    before its time.)
    """
    try:
        lines = Path("/proc/self/status").read_bytes().splitlines()
    except OSError:
        return 0
    return next((int(line.split()[1]) * 1024 for line in lines if line.startswith(b"RssAnon:")), 0)


class Resident(Observer):
    """Samples from a thread; a phase's row is bytes when it began, at its peak, and when it
    ended.
    """

    def __init__(self) -> None:
        self._rows: dict[str, dict[str, int]] = {}
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._watch, daemon=True)
        self._peak = self._before = 0

    def begin(self, folder: Path) -> None:
        """Start looking."""
        self._thread.start()

    def enter(self, phase: str) -> None:
        """A new peak."""
        self._before = self._peak = anonymous_bytes()

    def leave(self, phase: str, result: Any) -> None:
        """Keep it, if the phase has come back: the higher rise."""
        now = anonymous_bytes()
        row = {"before": self._before, "peak": max(self._peak, now), "after": now}
        old = self._rows.get(phase)
        if old is None or row["peak"] - row["before"] > old["peak"] - old["before"]:
            self._rows[phase] = row

    def end(self) -> dict[str, Any]:
        """The rows."""
        self._stop.set()
        self._thread.join()
        return {"resident": self._rows}

    def _watch(self) -> None:
        while not self._stop.wait(INTERVAL_S):
            self._peak = max(self._peak, anonymous_bytes())
