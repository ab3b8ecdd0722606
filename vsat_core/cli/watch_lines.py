"""What `vsat watch` prints: one line for each recording, each with the time of day."""

from __future__ import annotations

import sys
import threading
import time
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from vsat_core.engine.summary import RunSummary
from vsat_core.failures import Failed
from vsat_core.printable import clock, counted, one_line


class WatchLines:
    """Follows the worker processes; says what is done and what failed, and counts both."""

    def __init__(self, debug: bool = False) -> None:
        self._debug, self._lock = debug, threading.Lock()
        self.n_done = self.n_failed = 0

    def say(self, text: str) -> None:
        """A line on standard output, at once: it may be a log file."""
        print(f"{time.strftime('%Y-%m-%d %H:%M:%S')} {one_line(text)}", flush=True)

    def problem(self, text: str) -> None:
        """A line on standard error."""
        stamp = time.strftime("%Y-%m-%d %H:%M:%S")
        print(f"{stamp} vsat: {one_line(text)}", file=sys.stderr, flush=True)

    def summary(self) -> str:
        """How many recordings were done."""
        failed = f", {self.n_failed} failed" if self.n_failed else ""
        return f"{counted(self.n_done, 'recording')} done{failed}"

    def file_starts(self, path: Path, worker: int = 0) -> None:
        """Nothing: its line comes when it ends."""

    def event(self, worker: int, event: Mapping[str, Any]) -> None:
        """The same; notes come with the end as well."""

    def file_ends(self, summary: RunSummary) -> None:
        """What was recognised, and where it was written."""
        with self._lock:
            self.n_done += 1
            speakers = counted(sum(1 for s in summary.speech_s if s), "speaker")
            notes = "".join(f"; note: {line}" for line in summary.warnings)
            place = Path(summary.files[0]).parent if summary.files else ""
            self.say(
                f"{summary.path}: {clock(summary.audio_s)}, {speakers}, "
                f"{counted(summary.n_words, 'word')}, in {summary.wall_s:.0f} s to {place}{notes}"
            )

    def file_fails(self, failed: Failed) -> None:
        """Why; with --debug the traceback before it."""
        with self._lock:
            self.n_failed += 1
            if self._debug:
                print(failed.trace, end="", file=sys.stderr)
            self.problem(failed.line)
