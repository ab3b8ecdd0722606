"""How far a job is and how long it will still take, from what each stage took before."""

from __future__ import annotations

import contextlib
import time
from collections.abc import Callable, Sequence
from pathlib import Path

import attrs

from vsat_core.artifacts import SAMPLE_RATE
from vsat_core.artifacts.kept_json import kept
from vsat_core.engine.atomic_files import write_json
from vsat_core.engine.child_loop import Reply
from vsat_core.engine.outcome import StageRow
from vsat_core.errors import OutputError

# Seconds of computing for each second of sound before anything was measured on this machine: the
# most of any stage of the default profile in README.md.
USUAL = 0.012
LEAST = 1e-4
WEIGHT = 0.5  # of the latest run in what is known of a stage
SURE_SHARE, SURE_S = 0.05, 2.0  # from here on a stage tells its own speed


class StageRates:
    """Seconds of computing for each second of sound, of each variant of a stage, kept in a file."""

    def __init__(self, file: Path) -> None:
        self._file = file
        self._rates: dict[str, float] = kept(file, dict[str, float]) or {}

    def of(self, stage: str, variant: str) -> float:
        """What is known, or what is usual."""
        return self._rates.get(f"{stage} {variant}", USUAL)

    def learn(self, rows: Sequence[StageRow], audio_s: float) -> None:
        """Take in what a run took; results from the cache tell nothing."""
        for row in rows if audio_s >= 1 else ():
            if row.seconds is not None:
                key = f"{row.stage} {row.variant}"
                new = max(LEAST, (row.seconds + (row.prepare_seconds or 0.0)) / audio_s)
                old = self._rates.get(key, new)
                self._rates[key] = old + WEIGHT * (new - old)
        with contextlib.suppress(OutputError):  # they are known less well then
            write_json(self._file, self._rates)


@attrs.define
class TimeLeft:
    """Follows one job through its stages, given as (stage, variant) in order."""

    stages: Sequence[tuple[str, str]]
    rates: StageRates
    clock: Callable[[], float] = time.monotonic
    stage: str = ""
    _at: int = 0
    _began: float = 0.0
    _samples: int = 0
    _total: int = 0

    def follow(self, event: Reply) -> None:
        """An event of the worker: a stage is prepared, begins, or goes on."""
        if event["event"] == "progress":
            self._samples = int(str(event["samples"]))
        elif event["event"] in ("prepare", "stage"):
            self.stage = str(event["stage"])
            names = [stage for stage, _ in self.stages]
            self._at = names.index(self.stage) if self.stage in names else self._at
            self._began, self._samples = self.clock(), 0
            self._total = int(str(event.get("total") or 0)) or self._total

    def expected(self) -> list[float]:
        """Seconds of each stage, as shares of one another where the length is not known yet."""
        audio_s = self._total / SAMPLE_RATE if self._total else 1.0
        return [max(LEAST, self.rates.of(*stage)) * audio_s for stage in self.stages]

    def share(self) -> float:
        """How much of the work is done, 0 to 1."""
        expected = self.expected()
        done = sum(expected[: self._at]) + expected[self._at] * self._within()
        return min(1.0, done / sum(expected))

    def seconds_left(self) -> float | None:
        """None while the length of the recording is not known."""
        if not self._total:
            return None
        expected, within = self.expected(), self._within()
        spent = self.clock() - self._began
        here = expected[self._at] * (1 - within)
        if within > SURE_SHARE and spent > SURE_S:
            here = spent * (1 - within) / within
        return here + sum(expected[self._at + 1 :])

    def _within(self) -> float:
        """How much of the running stage is done."""
        return min(1.0, self._samples / self._total) if self._total else 0.0
