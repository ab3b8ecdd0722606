"""What `vsat run` shows: a live bar while a stage works, then stages, environment, speakers and files."""
from __future__ import annotations

import time
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.progress import BarColumn, Progress, ProgressColumn, Task, TextColumn, TimeRemainingColumn
from rich.table import Table
from rich.text import Text

from vsat_core.api import result_of
from vsat_core.artifacts import SAMPLE_RATE
from vsat_core.cli.terminal import note, terminal
from vsat_core.pipeline import Outcome, StageRow
from vsat_core.workspace import Workspace


def clock(seconds: float) -> str:
    """h:mm:ss.

    >>> clock(3725.4)
    '1:02:05'
    """
    whole = int(seconds)
    return f"{whole // 3600}:{whole // 60 % 60:02d}:{whole % 60:02d}"


class _Processed(ProgressColumn):
    """Audio time done and in all."""

    def render(self, task: Task) -> Text:
        """As 0:42:15 of 4:00:00 processed; the next column is the time left."""
        if not task.total:
            return Text("")
        return Text(f"{clock(task.completed / SAMPLE_RATE)} of {clock(task.total / SAMPLE_RATE)} processed, left")


class Display:
    """Follows a pipeline over several files (a Watch). A context manager."""

    def __init__(self, n_files: int) -> None:
        self._n_files = n_files
        self._n_started = 0
        self._done: list[tuple[Outcome, float]] = []
        self._console = terminal()
        errors = Console(stderr=True)
        self._bar = Progress(
            TextColumn("{task.description}", markup=False), BarColumn(24), _Processed(), TimeRemainingColumn(),
            console=errors, transient=True, disable=not errors.is_terminal,
        )
        self._task = self._bar.add_task("", total=None)
        self._file = ""
        self._begin = 0.0

    def __enter__(self) -> Display:
        self._bar.start()
        return self

    def __exit__(self, *exc: Any) -> None:
        self._bar.stop()

    def file_starts(self, path: Path) -> None:
        """The next recording."""
        self._n_started += 1
        number = f"[{self._n_started}/{self._n_files}] " if self._n_files > 1 else ""
        self._file, self._begin = f"{number}{path.name}", time.perf_counter()

    def stage_starts(self, stage: str, variant: str, total_samples: int, run: Workspace) -> None:
        """Begin a bar for this stage."""
        self._bar.reset(self._task, total=total_samples or None, description=f"{self._file}  {stage} ({variant})")

    def progress(self, stage: str, samples: int) -> None:
        """Move the bar."""
        self._bar.update(self._task, completed=samples)

    def stage_ends(self, row: StageRow) -> None:
        """The next stage resets the bar."""

    def file_ends(self, outcome: Outcome) -> None:
        """Warnings and the result of one recording."""
        wall = time.perf_counter() - self._begin
        self._done.append((outcome, wall))
        for warning in outcome.warnings:
            note(self._console, "note:", warning)
        if self._n_files == 1:
            self._console.print(_stages([outcome.rows], outcome.n_samples / SAMPLE_RATE))
        _facts(self._console, outcome, wall)

    def summary(self, failed: int) -> None:
        """For several recordings: the stages of all together, and how many failed."""
        if self._n_files > 1:
            seconds = sum(o.n_samples for o, _ in self._done) / SAMPLE_RATE
            if self._done:
                self._console.print(_stages([o.rows for o, _ in self._done], seconds))
            failures = f", {failed} failed" if failed else ""
            self._console.print(f"{len(self._done)} of {self._n_files} recordings done{failures}")


def _stages(runs: list[list[StageRow]], audio_s: float) -> Table:
    """Cost per stage, summed over recordings (peak memory: the largest)."""
    table = Table(box=None, pad_edge=False, header_style="bold")
    for name in ("stage", "variant"):
        table.add_column(name)
    for name in ("seconds", "prepare s", "real-time factor", "peak MB", ""):
        table.add_column(name, justify="right")
    for rows in zip(*runs, strict=True):
        computed = [r for r in rows if not r.cached]
        spent = sum(r.seconds or 0 for r in computed)
        ready = sum(r.prepare_seconds or 0 for r in computed)
        several = f"{len(rows) - len(computed)} of {len(rows)} cached"
        state = several if len(rows) > 1 else "computed" if computed else "cached"
        times = [f"{spent:.3f}", f"{ready:.3f}", f"{spent / audio_s:.4f}" if audio_s else ""] if computed else [""] * 3
        table.add_row(rows[0].stage, rows[0].variant, *times, f"{max(r.peak_bytes for r in rows) / 1e6:.0f}", state)
    return table


def _facts(console: Console, outcome: Outcome, wall: float) -> None:
    """Environment, speakers with their talking time, files, and how long it took."""
    result = result_of(outcome)
    audio_s = outcome.n_samples / SAMPLE_RATE
    factor = f", real-time factor {wall / audio_s:.4f}" if audio_s else ""
    spent = f"\n{outcome.source.path}: {clock(audio_s)} of audio in {wall:.1f} s{factor}"
    console.print(spent, soft_wrap=True)
    if env := result.environment:
        console.print(
            f"environment: {env.kind}, level {env.level_dbfs:.0f} dBFS, SNR {env.snr_db:.0f} dB, "
            f"bandwidth {env.bandwidth_hz / 1000:.1f} kHz" + (", enhanced" if env.enhanced else "")
        )
    talk: dict[int, float] = {}
    for turn in result.turns:
        talk[turn.speaker] = talk.get(turn.speaker, 0.0) + turn.end_s - turn.start_s
    people = ", ".join(f"Speaker {who + 1} {clock(s)}" for who, s in sorted(talk.items()))
    console.print(f"speakers: {people or 'no speech found'}; {len(result.words)} words", soft_wrap=True)
    if result.files:
        names = ", ".join(f.name for f in result.files)
        console.print(f"written to {result.files[0].parent}: {names}", soft_wrap=True)
