"""What `vsat run` shows: a live bar while a stage works, then stages, environment, speakers and
files.
"""

from __future__ import annotations

import sys
import threading
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.progress import (
    BarColumn,
    Progress,
    ProgressColumn,
    Task,
    TaskID,
    TextColumn,
    TimeRemainingColumn,
)
from rich.table import Table
from rich.text import Text

from vsat_core.artifacts import SAMPLE_RATE, Environment
from vsat_core.cli.terminal import note, table, terminal
from vsat_core.contract.workspace import Workspace
from vsat_core.engine.delivery import UNRECORDED
from vsat_core.engine.outcome import StageRow
from vsat_core.engine.summary import RunSummary
from vsat_core.failures import Failed
from vsat_core.printable import clock, counted, one_line

COLUMNS = ("stage", "variant", "seconds", "prepare s", "real-time factor", "peak MB", "")
RIGHT = range(2, len(COLUMNS))


class _Processed(ProgressColumn):
    """Audio time done and in all."""

    def render(self, task: Task) -> Text:
        """As 0:42:15 of 4:00:00 processed; the next column is the time left."""
        if not task.total:
            return Text("")
        return Text(
            f"{clock(task.completed / SAMPLE_RATE)} of {clock(task.total / SAMPLE_RATE)} "
            "processed, left"
        )


class Display:
    """Follows the work on several files, one bar for each that runs at the same time. A context
    manager.

    `shown_as` gives other names to paths that mean nothing to the user.
    """

    def __init__(
        self,
        n_files: int,
        n_bars: int = 1,
        debug: bool = False,
        shown_as: Mapping[str, str] | None = None,
    ) -> None:
        self._n_files, self._debug, self._shown_as = n_files, debug, shown_as or {}
        self._n_started = self._n_failed = 0
        self._shown_unrecorded = False
        self._told: set[str] = set()  # notes that were shown at once
        self._done: list[RunSummary] = []
        self._console = terminal()
        self._lock = threading.Lock()
        errors = Console(stderr=True)
        self._bar = Progress(
            TextColumn("{task.description}", markup=False),
            BarColumn(24),
            _Processed(),
            TimeRemainingColumn(),
            console=errors,
            transient=True,
            disable=not errors.is_terminal,
        )
        self._tasks: list[TaskID] = []
        self._names: list[str] = []
        self._add_bars(n_bars)

    def __enter__(self) -> Display:
        self._bar.start()
        return self

    def __exit__(self, *exc: Any) -> None:
        self._bar.stop()

    def _add_bars(self, n: int) -> None:
        """At least so many: workers may join a cluster at any time."""
        for _ in range(n - len(self._tasks)):
            self._tasks.append(self._bar.add_task("", total=None, visible=False))
            self._names.append("")

    def file_starts(self, path: Path, worker: int = 0) -> None:
        """The next recording, on this bar."""
        with self._lock:
            self._add_bars(worker + 1)
            self._n_started += 1
            number = f"[{self._n_started}/{self._n_files}] " if self._n_files > 1 else ""
            self._names[worker] = f"{number}{path.name}"

    def event(self, worker: int, event: Mapping[str, Any]) -> None:
        """What a process of `vsat run --jobs` says: a note, or what a stage does."""
        if event["event"] == "note":
            self.note(event["line"], worker)
            return
        if event["event"] == "progress":
            self._bar.update(self._tasks[worker], completed=event["samples"])
            return
        doing = f"{event['stage']} ({event['variant']})"
        if event["event"] == "prepare":
            doing = f"preparing {doing}" + ", first run only" * event["first"]
        self._bar.reset(
            self._tasks[worker],
            total=event.get("total") or None,
            description=f"{self._names[worker]}  {doing}",
            visible=True,
        )

    def note(self, line: str, worker: int = 0) -> None:
        """What cannot wait for the end of a recording."""
        with self._lock:
            self._told.add(line)
            note(self._console, "note:", self._shown(f"{self._names[worker]}: {line}"))

    def stage_prepares(self, stage: str, variant: str, first: bool) -> None:
        """The same from a pipeline of this process."""
        self.event(0, {"event": "prepare", "stage": stage, "variant": variant, "first": first})

    def stage_starts(self, stage: str, variant: str, total_samples: int, run: Workspace) -> None:
        """The same."""
        self.event(
            0, {"event": "stage", "stage": stage, "variant": variant, "total": total_samples}
        )

    def progress(self, stage: str, samples: int) -> None:
        """The same."""
        self.event(0, {"event": "progress", "samples": samples})

    def stage_ends(self, row: StageRow) -> None:
        """The next stage resets the bar."""

    def file_ends(self, summary: RunSummary) -> None:
        """Warnings and the result of one recording."""
        with self._lock:
            self._done.append(summary)
            for warning in [w for w in summary.warnings if w not in self._told]:
                if warning != UNRECORDED:
                    note(self._console, "note:", self._shown(f"{summary.path}: {warning}"))
                elif not self._shown_unrecorded:  # it is the same for every recording
                    self._shown_unrecorded = True
                    note(self._console, "note:", warning)
            if self._n_files == 1:
                self._console.print(_stages([summary.rows], summary.audio_s))
            _facts(self._console, summary, self._shown(summary.path))

    def file_fails(self, failed: Failed) -> None:
        """One line, with --debug after the traceback; the others go on."""
        with self._lock:
            self._n_failed += 1
            print(f"{failed.trace * self._debug}vsat: {self._shown(failed.line)}", file=sys.stderr)

    def _shown(self, text: str) -> str:
        for path, name in self._shown_as.items():
            text = text.replace(path, name)
        return one_line(text)

    def summary(self, n_elsewhere: int = 0) -> int:
        """For several recordings: the stages of all together, how many failed, and how many were
        done by other processes. Returns the number that failed.
        """
        if self._n_files > 1:
            if self._done:
                self._console.print(
                    _stages([t.rows for t in self._done], sum(t.audio_s for t in self._done))
                )
            failures = f", {self._n_failed} failed" if self._n_failed else ""
            others = f", {n_elsewhere} by other processes" if n_elsewhere else ""
            n_done = len(self._done) + n_elsewhere
            self._console.print(f"{n_done} of {self._n_files} recordings done{others}{failures}")
        elif n_elsewhere:
            self._console.print("done by another process, which worked on it at the same time")
        return self._n_failed


def _stages(runs: Sequence[Sequence[StageRow]], audio_s: float) -> Table:
    """Cost per stage and variant, summed over recordings (peak memory: the largest). A rule may
    have had another variant run for some recordings, instead of the stage's own or after it.
    """
    stages = dict.fromkeys(row.stage for rows in runs for row in rows)
    groups: dict[str, dict[str, list[StageRow]]] = {stage: {} for stage in stages}
    for row in (row for rows in runs for row in rows):
        groups[row.stage].setdefault(row.variant, []).append(row)
    every = (rows for variants in groups.values() for rows in variants.values())
    return table(COLUMNS, (_cells(rows, audio_s) for rows in every), right=RIGHT)


def _cells(rows: Sequence[StageRow], audio_s: float) -> tuple[str, ...]:
    """One stage of all recordings."""
    computed = [r for r in rows if not r.cached]
    spent = sum(r.seconds or 0 for r in computed)
    prepared = sum(r.prepare_seconds or 0 for r in computed)
    several = f"{len(rows) - len(computed)} of {len(rows)} cached"
    return (
        rows[0].stage,
        rows[0].variant,
        f"{spent:.3f}" if computed else "",
        f"{prepared:.3f}" if computed else "",
        f"{spent / audio_s:.4f}" if computed and audio_s else "",
        f"{max(r.peak_bytes for r in rows) / 1e6:.0f}",
        several if len(rows) > 1 else "computed" if computed else "cached",
    )


def _facts(console: Console, summary: RunSummary, name: str) -> None:
    """Environment, speakers with their talking time, files, and how long it took; what a run that
    stopped before the transcript gave.
    """
    factor = f", real-time factor {summary.wall_s / summary.audio_s:.4f}" if summary.audio_s else ""
    console.print(
        f"\n{name}: {clock(summary.audio_s)} of audio in {summary.wall_s:.1f} s{factor}",
        soft_wrap=True,
    )
    if summary.answers:
        given = "; ".join(f"{stage} gives {text}" for stage, text in summary.answers.items())
        console.print(f"stopped here: {given}; no files are written", soft_wrap=True)
        return
    if summary.environment:
        console.print(_environment(summary.environment))
    called = [*summary.names, *(f"Speaker {i}" for i in range(1, len(summary.speech_s) + 1))]
    rows = zip(called, summary.speech_s, strict=False)
    speakers = one_line(", ".join(f"{name} {clock(s)}" for name, s in rows))
    if summary.perhaps:
        other = " or ".join(str(n) for n in summary.perhaps)
        speakers += f"; {counted(len(summary.speech_s), 'speaker')}, perhaps {other}"
    doubtful = f", {summary.n_doubtful} of them doubtful" if summary.n_doubtful else ""
    console.print(
        f"speakers: {speakers or 'no speech found'}; {summary.n_words} words{doubtful}",
        soft_wrap=True,
    )
    if summary.files:
        names = ", ".join(Path(f).name for f in summary.files)
        console.print(
            one_line(f"written to {Path(summary.files[0]).parent}: {names}"), soft_wrap=True
        )


def _environment(env: Environment) -> str:
    """The room in one line; silence has no other figures that mean anything."""
    if env.kind == "silent":
        return "environment: silent"
    figures = (
        f"level {env.level_dbfs:.0f} dBFS, SNR {env.snr_db:.0f} dB, bandwidth "
        f"{env.bandwidth_hz / 1000:.1f} kHz"
    )
    return f"environment: {env.kind}, {figures}" + (", enhanced" if env.enhanced else "")
