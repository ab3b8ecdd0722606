"""The phases of a run on one clock. Imports nothing of VSAT, so that loading VSAT can be a phase
itself.
"""

import time
from pathlib import Path
from typing import Any

IMPORTS, CONFIGURATION, ENGINE = "imports", "configuration", "engine"
STEPS = ("import", "prepare", "call", "publish")  # of a stage: "cluster call"


class Observer:
    """Follows the phases; this one looks away. What it does in its methods is on no phase's
    clock.
    """

    def begin(self, folder: Path) -> None:
        """Before the first phase; files go to `folder`. Raises RuntimeError, in one line, where it
        cannot work.
        """

    def enter(self, phase: str) -> None:
        """A phase begins."""

    def leave(self, phase: str, result: Any) -> None:
        """It ends; `result` is what a stage's call gave, None otherwise."""

    def imported(self, module: str) -> None:
        """A stage's module has been loaded."""

    def end(self) -> dict[str, Any]:
        """After the last phase: what was found, as JSON takes it."""
        return {}


class Timeline:
    """Exactly one phase at any time; a phase that comes back goes on counting."""

    def __init__(self, observer: Observer) -> None:
        self.observer = observer
        self.seconds: dict[str, float] = {}
        self._phase = ""
        self._since = 0.0

    def enter(self, phase: str, result: Any = None) -> None:
        """End the phase before and begin this one; "" begins none."""
        now = time.perf_counter()
        if self._phase:
            self.seconds[self._phase] = self.seconds.get(self._phase, 0.0) + now - self._since
            self.observer.leave(self._phase, result)
        self._phase = phase
        if phase:
            self.observer.enter(phase)
        self._since = time.perf_counter()
