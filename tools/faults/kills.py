"""SIGKILL at random moments: nothing that was reported is lost, no file is half written, and the
next start does not repeat what is finished.
"""

from __future__ import annotations

import random
import re
import signal
import subprocess
import time
from collections.abc import Callable
from pathlib import Path

import attrs
import psutil

from tools.faults.desk import STAGES, Desk, Truth

WRITTEN = re.compile(r"written to \S+: (.*)")
WORKERS = 2
LOOK_S = 0.005
PATIENCE_S = 600.0


@attrs.define
class Losses:
    """What kills have done."""

    kills: int = 0
    jobs: int = 0
    lost: list[str] = attrs.field(factory=list)
    half: list[str] = attrs.field(factory=list)
    left: list[str] = attrs.field(factory=list)
    repeated_calls: int = 0
    allowed_calls: int = 0

    @property
    def good(self) -> bool:
        """Whether nothing was wrong."""
        repeats = self.repeated_calls > self.allowed_calls
        return not (self.lost or self.half or self.left or repeats)


@attrs.frozen
class Work:
    """A command that is killed and started again, and how to see that all of it is done."""

    desk: Desk
    begin: Callable[[], subprocess.Popen[bytes]]
    ended: Callable[[subprocess.Popen[bytes]], bool]
    truth: Truth


def kill_again_and_again(work: Work, kills: int, seed: int, losses: Losses) -> None:
    """Kill until the work is done, or `kills` more times; then let it come to its end."""
    draw = random.Random(seed)
    work.desk.calls()
    in_job = n_calls = 0
    while True:
        process = work.begin()
        wanted = draw.randint(0, 12 * STAGES) if in_job < kills else None
        killed = _disturbed(work, process, wanted, draw)
        _check(work, losses)
        if not killed:
            break
        in_job += 1
    n_calls = sum(work.desk.calls().values())
    losses.kills += in_job
    losses.jobs += 1
    losses.left += work.desk.left()
    losses.repeated_calls += n_calls - work.truth.n_calls
    losses.allowed_calls += in_job * WORKERS
    if work.desk.results() != work.truth.results:
        losses.lost.append("the results at the end are not those of an undisturbed run")


def _disturbed(
    work: Work, process: subprocess.Popen[bytes], wanted: int | None, draw: random.Random
) -> bool:
    """Wait for `wanted` further stage calls and a moment more, then kill. False if the work ended
    before.
    """
    log = work.desk.folder / "calls"
    before = _lines(log)
    end = time.monotonic() + PATIENCE_S
    while wanted is None or _lines(log) < before + wanted:
        if work.ended(process):
            return False
        if time.monotonic() > end:
            raise SystemExit("the work does not end")
        time.sleep(LOOK_S)
    time.sleep(draw.uniform(0, 0.1) if wanted else draw.uniform(0, 3.0))
    if process.poll() is not None:
        return False
    _kill(process, with_children=draw.random() < 0.3)
    return True


def _kill(process: subprocess.Popen[bytes], with_children: bool) -> None:
    """SIGKILL to the process; its children end by themselves, or are killed at the same time."""
    children = psutil.Process(process.pid).children(recursive=True)
    process.send_signal(signal.SIGKILL)
    for child in children if with_children else ():
        child.kill()
    process.wait()
    _, alive = psutil.wait_procs(children, timeout=60)
    if alive:
        raise SystemExit(f"processes go on without their parent: {alive}")


def _check(work: Work, losses: Losses) -> None:
    """What was reported must be there, and nothing may be other than it should be."""
    have = work.desk.results()
    losses.half += [
        name
        for name, digest in have.items()
        if digest != work.truth.results.get(name) and name not in losses.half
    ]
    losses.lost += [name for name in reported(work.desk.folder / "printed") if name not in have]


def reported(printed: Path) -> list[str]:
    """Names of files that a user was told of."""
    text = printed.read_text(errors="replace") if printed.exists() else ""
    return [name for line in WRITTEN.findall(text) for name in line.split(", ")]


def _lines(path: Path) -> int:
    try:
        return path.read_bytes().count(b"\n")
    except FileNotFoundError:
        return 0
