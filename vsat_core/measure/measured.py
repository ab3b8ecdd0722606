"""What came of measuring a cell."""

from __future__ import annotations

from typing import Any

import attrs

from vsat_core.engine.worker import Failure
from vsat_core.measure.statistics import warnings_for

COMPILING_S = 0.3  # starts differ by less without it


@attrs.define
class Measured:
    """What came of a cell: either figures, or the reason why there are none. Seconds (a list a
    process) and bytes.

    `starts` are the seconds until a process is ready, importing and preparing, one a process: the
    first may have to compile. `held` are the bytes of the process at its start and after each job
    that made it ready, `ready_peak` the most there were meanwhile; `libraries` were loaded by then,
    `used` by the end of the first call; `answer` is what is known of a saved answer (digest, size).
    """

    name: str
    seconds: list[list[float]] = attrs.field(factory=list)
    first_s: float | None = None
    import_s: float = 0.0
    prepare_cold_s: float = 0.0
    starts: list[float] = attrs.field(factory=list)
    prepare_warm_s: float = 0.0
    memory: dict[str, int] = attrs.field(factory=dict)
    held: dict[str, int] = attrs.field(factory=dict)
    ready_peak: int = 0
    libraries: list[str] = attrs.field(factory=list)
    used: list[str] = attrs.field(factory=list)
    answer: dict[str, Any] = attrs.field(factory=dict)
    failure: Failure | None = None

    @property
    def start_s(self) -> float:
        """Seconds until a process is ready, compiled code at hand."""
        return min(self.starts, default=0.0)

    @property
    def compile_s(self) -> float:
        """What the first process needed besides; 0 unless that is more than loads differ by."""
        more = self.starts[0] - self.start_s if self.starts else 0.0
        return more if more > max(COMPILING_S, self.start_s) else 0.0

    @property
    def calls(self) -> list[float]:
        """The times of all processes."""
        return [s for process in self.seconds for s in process]

    def warnings(self) -> list[str]:
        """What makes the times doubtful."""
        return warnings_for(self.seconds, self.first_s) if self.calls else []
