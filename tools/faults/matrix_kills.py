"""SIGKILL to `vsat matrix` at random moments while two machines fill one matrix: a cell that was
there stays as it was, and the end is that of an undisturbed matrix.
"""

from __future__ import annotations

import json
import os
import random
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

import attrs

from tests._support.stages import STAGES
from tests._support.tiny_recording import Tiny
from tools.faults.kills import Losses

MACHINES = ("one", "two")
EACH = 12  # kills of one matrix, at most
PATIENCE_S = 600.0
LOOK_S = 0.02
Cells = dict[str, tuple[int, bytes]]  # time of writing and content, by name


@attrs.frozen
class MatrixDesk:
    """Two short recordings and their matrix; each machine has a cache of its own."""

    folder: Path
    command: list[str]

    @classmethod
    def make(cls, folder: Path) -> MatrixDesk:
        tiny = Tiny.of(folder / "tiny", "of_machine.py")
        content = tiny.recording.read_bytes()
        other = tiny.folder / "more.wav"
        other.write_bytes(content[8:] + content[:8])
        variants = dict.fromkeys(STAGES, "tiny.*") | {"cut": "tiny.plain,tiny.slowone"}
        command = [sys.executable, "-m", "vsat_core", "matrix", str(tiny.recording), str(other)]
        command += ["--profile", str(tiny.profile), "--out", "mx", "--resume", "--no-history"]
        command += ["--rounds=1", "--budget=1", "--processes=1", "--sample=0"]
        return cls(folder, command + [f"--stage={s}={name}" for s, name in variants.items()])

    def begin(self, machine: str) -> subprocess.Popen[bytes]:
        """The matrix of one machine, in a process group of its own."""
        env = {
            **os.environ,
            "VSAT_MACHINE": machine,
            "VSAT_CACHE": str(self.folder / f"cache-{machine}"),
            "XDG_CONFIG_HOME": str(self.folder / f"config-{machine}"),
        }
        with self.printed(machine).open("ab") as file:
            return subprocess.Popen(
                self.command,
                cwd=self.folder,
                env=env,
                stdout=file,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )

    def printed(self, machine: str) -> Path:
        return self.folder / f"printed-{machine}"

    def cells(self) -> Cells:
        """The measurements that are there."""
        paths = (self.folder / "mx" / "cells").glob("[!.]*.json")
        return {path.name: (path.stat().st_mtime_ns, path.read_bytes()) for path in paths}

    def left(self) -> list[str]:
        """Temporary files and claims, which a matrix that ended by itself may not leave."""
        out = self.folder / "mx"
        found = [*out.rglob("part-*"), *out.rglob("*.part"), *out.rglob("*.claim")]
        found += (out / "cells").glob(".vsat-*")
        return [str(path.relative_to(self.folder)) for path in found]

    def machines(self) -> list[str]:
        """Whose results the matrix shows."""
        document = json.loads((self.folder / "mx" / "matrix.json").read_text())
        return sorted(part["machine"]["key"] for part in document["machines"])


def kills_of_matrix(folder: Path, kills: int, seed: int, _n: int) -> Losses:
    """`vsat matrix`, until there were enough kills."""
    losses = Losses()
    while losses.kills < kills:
        desk = MatrixDesk.make(folder / f"matrix{losses.jobs}")
        _one(desk, min(EACH, kills - losses.kills), random.Random(seed + losses.jobs), losses)
        print(json.dumps({"kills": losses.kills, "good": losses.good}), flush=True)
        if not losses.good:
            break
        shutil.rmtree(desk.folder)
    return losses


def _one(desk: MatrixDesk, kills: int, draw: random.Random, losses: Losses) -> None:
    """One matrix from its first start to its end."""
    running = {machine: desk.begin(machine) for machine in MACHINES}
    kept: Cells = {}
    n_killed = 0
    while running:
        _wait(desk, running, draw.randint(1, 8) if n_killed < kills else None)
        machine = draw.choice(sorted(running))
        time.sleep(draw.uniform(0, 0.3))
        if n_killed < kills and running[machine].poll() is None:
            os.killpg(running[machine].pid, signal.SIGKILL)
            running[machine].wait()
            n_killed += 1
            kept = _kept(desk, kept, losses)
            running[machine] = desk.begin(machine)
        for ended in [m for m in running if running[m].poll() is not None]:
            if running.pop(ended).returncode:
                raise SystemExit(desk.printed(ended).read_text()[-1000:])
    _kept(desk, kept, losses)
    losses.kills += n_killed
    losses.jobs += 1
    losses.left += desk.left()
    if desk.machines() != sorted(MACHINES):
        losses.lost.append(f"the matrix shows {desk.machines()}")


def _kept(desk: MatrixDesk, before: Cells, losses: Losses) -> Cells:
    """What is there now; what was there before must be as it was."""
    now = desk.cells()
    losses.lost += [name for name, cell in before.items() if now.get(name) != cell]
    for name, (_, content) in now.items():
        try:
            json.loads(content)
        except ValueError:
            losses.half.append(name)
    return now


def _wait(
    desk: MatrixDesk, running: dict[str, subprocess.Popen[bytes]], n_cells: int | None
) -> None:
    """Until there are so many cells more (None: for ever), or a machine has ended."""
    before, end = len(desk.cells()), time.monotonic() + PATIENCE_S
    while n_cells is None or len(desk.cells()) < before + n_cells:
        if any(process.poll() is not None for process in running.values()):
            return
        if time.monotonic() > end:
            raise SystemExit("the matrix does not end")
        time.sleep(LOOK_S)
