"""line_profiler on chosen functions, in every thread: how often each line ran and what it took."""

import sys
import threading
from pathlib import Path
from types import FunctionType, ModuleType
from typing import Any

from vsat_core.hotspots.timeline import Observer

Wanted = dict[str, Any]


class Lines(Observer):
    """Gives, for each wanted function, its timed lines by phase. A line's time includes what it
    calls.
    """

    def __init__(self, wanted: list[Wanted]) -> None:
        self._wanted = {(w["file"], w["name"]): w for w in wanted}
        self._added: set[tuple[str, str]] = set()
        self._profiler: Any = None

    def begin(self, folder: Path) -> None:
        """Nothing to follow yet: that would slow down the loading of libraries."""
        import line_profiler

        self._profiler = line_profiler.LineProfiler()

    def enter(self, phase: str) -> None:
        """Modules may have been loaded since."""
        self._look()

    def imported(self, module: str) -> None:
        """The same."""
        self._look()

    def end(self) -> dict[str, Any]:
        """`[{file, name, line, lines: [[line, hits, seconds]]}]`."""
        threading.setprofile(None)
        if self._added:
            self._profiler.disable_by_count()
        stats = self._profiler.get_stats()
        rows = []
        for (file, line, _), timings in stats.timings.items():
            want = next(
                (w for w in self._wanted.values() if (w["file"], w["line"]) == (file, line)), None
            )
            if want:
                lines = [[n, hits, ticks * stats.unit] for n, hits, ticks in sorted(timings)]
                rows.append({"file": file, "name": want["name"], "line": line, "lines": lines})
        return {"lines": rows}

    def _thread_begins(self, frame: Any, event: str, argument: Any) -> None:
        sys.setprofile(None)
        self._profiler.enable_by_count()

    def _look(self) -> None:
        """Add the wanted functions that can be reached by now."""
        for key, want in self._wanted.items():
            if key in self._added:
                continue
            for module in list(sys.modules.values()):
                if getattr(module, "__file__", None) == want["file"] and (
                    function := _reach(module, want["name"])
                ):
                    if not self._added:
                        threading.setprofile(self._thread_begins)
                        self._profiler.enable_by_count()
                    self._profiler.add_function(function)
                    self._added.add(key)


def _reach(module: ModuleType, name: str) -> FunctionType | None:
    """The function behind "Class.method", its wrappers taken off."""
    function: Any = module
    for part in name.split("."):
        function = vars(function).get(part) if hasattr(function, "__dict__") else None
    while function is not None and not isinstance(function, FunctionType):
        function = (
            getattr(function, "__func__", None)
            or getattr(function, "__wrapped__", None)
            or getattr(function, "fget", None)
        )
    while isinstance(function, FunctionType) and hasattr(function, "__wrapped__"):
        function = function.__wrapped__
    return function if isinstance(function, FunctionType) else None
