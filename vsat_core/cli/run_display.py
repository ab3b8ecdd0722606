"""What `vsat run` shows: the display of progress, and at once the notes that cannot wait for the
end of a recording.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import attrs

from vsat_core.cli.progress import Display
from vsat_core.cli.terminal import note
from vsat_core.engine.summary import RunSummary


class RunDisplay(Display):
    """A note that was shown at once is not shown again with the result."""

    def __init__(self, *args: Any, **more: Any) -> None:
        super().__init__(*args, **more)
        self._told: set[str] = set()

    def __enter__(self) -> RunDisplay:
        super().__enter__()
        return self

    def event(self, worker: int, event: Mapping[str, Any]) -> None:
        """As Display; the event "note" as `note`."""
        if event["event"] == "note":
            self.note(event["line"], worker)
        else:
            super().event(worker, event)

    def note(self, line: str, worker: int = 0) -> None:
        """A line on the recording of this bar."""
        with self._lock:
            self._told.add(line)
            note(self._console, "note:", self._shown(f"{self._names[worker]}: {line}"))

    def file_ends(self, summary: RunSummary) -> None:
        """As Display."""
        warnings = [line for line in summary.warnings if line not in self._told]
        super().file_ends(attrs.evolve(summary, warnings=warnings))
