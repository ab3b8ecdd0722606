"""tracemalloc: Python's allocations, NumPy's included, by line, at the highest moment of each
phase.

Every phase begins with no traces, so that what it allocates itself is counted and snapshots stay
small. A thread looks every few milliseconds and takes a snapshot whenever the phase has risen well
above the last one. What libraries take by themselves (torch, onnxruntime, numba) is not Python's
and not seen here; memray sees it.
"""

import threading
import tracemalloc
from pathlib import Path
from typing import Any

from vsat_core.hotspots.timeline import Observer

GROUPS = 5000  # stacks looked at in a snapshot, the largest first
FRAMES = 6  # of a stack kept with each allocation, so that a line of VSAT can be named
INTERVAL_S = 0.002
RISE, LEAST_BYTES = 1.5, 500_000  # a snapshot is taken above so much more than at the last one
TRACED = (" prepare", " call", " publish")
LINES = 15  # kept of each phase


class Traced(Observer):
    """A phase's row is the bytes it held at its peak and at its end, and the largest lines of its
    highest snapshot.
    """

    def __init__(self, roots: list[str]) -> None:
        self._roots = tuple(roots)
        self._rows: dict[str, dict[str, Any]] = {}
        self._lock = threading.Lock()
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._watch, daemon=True)
        self._snapped = 0
        self._highest: tracemalloc.Snapshot | None = None
        self._watched = False

    def begin(self, folder: Path) -> None:
        """Watch from now on."""
        self._thread.start()

    def enter(self, phase: str) -> None:
        """Trace stages that are made ready or called; tracing all of a library while it is loaded
        takes minutes.
        """
        with self._lock:
            self._highest, self._snapped = None, 0
            self._watched = phase.endswith(TRACED)
            if self._watched:
                tracemalloc.start(FRAMES)

    def leave(self, phase: str, result: Any) -> None:
        """Its row; the phase's end is a candidate for its highest moment."""
        with self._lock:
            if not self._watched:
                return
            self._watched = False
            now, peak = tracemalloc.get_traced_memory()
            if now > self._snapped + LEAST_BYTES:
                self._snap(now)
            lines = self._lines(self._highest) if self._highest else []
            self._highest = None
            tracemalloc.stop()
            old = self._rows.get(phase)
            if old is None or peak > old["peak"]:
                self._rows[phase] = {"peak": peak, "after": now, "lines": lines}

    def end(self) -> dict[str, Any]:
        """The rows."""
        self._stop.set()
        self._thread.join()
        return {"traced": self._rows}

    def _watch(self) -> None:
        while not self._stop.wait(INTERVAL_S):
            with self._lock:
                now = tracemalloc.get_traced_memory()[0]
                if self._watched and now > self._snapped * RISE + LEAST_BYTES:
                    self._snap(now)

    def _snap(self, now: int) -> None:
        self._highest, self._snapped = tracemalloc.take_snapshot(), now

    def _lines(self, snapshot: tracemalloc.Snapshot) -> list[list[Any]]:
        """[file, line, bytes, blocks], each allocation at the innermost line of VSAT or a plugin on
        its stack.
        """
        sums: dict[tuple[str, int], list[int]] = {}
        for group in snapshot.statistics("traceback")[:GROUPS]:  # largest first
            frames = list(group.traceback)  # outermost first
            frame = next(
                (f for f in reversed(frames) if f.filename.startswith(self._roots)), frames[-1]
            )
            total = sums.setdefault((frame.filename, frame.lineno), [0, 0])
            total[0] += group.size
            total[1] += group.count
        ranked = sorted(sums.items(), key=lambda item: -item[1][0])[:LINES]
        return [[file, line, size, blocks] for (file, line), (size, blocks) in ranked]
