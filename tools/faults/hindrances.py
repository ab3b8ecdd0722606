"""What else goes wrong around a run: each is a function that returns what it found to be wrong."""

from __future__ import annotations

import contextlib
import json
import os
import random
import shutil
import subprocess
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path

from tools.faults.desk import Desk

SHIFT = """
import os, time
shift = float(os.environ.get("CLOCK_SHIFT_S", "0"))
real, real_ns = time.time, time.time_ns
time.time = lambda: real() + shift
time.time_ns = lambda: real_ns() + int(shift * 1e9)
"""
DAY_S = 86_400.0
ROUNDS = 6
Problems = list[str]


def all_hindrances(folder: Path) -> bool:
    """Each in a folder of its own; prints a line for each."""
    good = True
    for number, check in enumerate(CHECKS):
        problems = check(folder / str(number))
        print(json.dumps({"check": check.__name__, "wrong": problems}), flush=True)
        good = good and not problems
    return good


def _desk(folder: Path, n: int = 1) -> tuple[Desk, dict[str, str]]:
    """A desk, and its right results. Nothing is stored any more."""
    desk = Desk.make(folder, n)
    desk.finish(desk.run_command())
    truth = desk.results()
    _clean(desk)
    return desk, truth


def _clean(desk: Desk, cache: bool = True) -> None:
    """Without results, and without cache if that is asked for."""
    shutil.rmtree(desk.out, ignore_errors=True)
    if cache:
        shutil.rmtree(desk.folder / "cache", ignore_errors=True)
    desk.calls()


def _run(desk: Desk, **env: str) -> tuple[int, str]:
    """Exit code and what was printed by `vsat run` over all recordings."""
    done = subprocess.run(
        desk.run_command(),
        env={**desk.env, **env},
        cwd=desk.folder,
        capture_output=True,
        text=True,
        check=False,
    )
    return done.returncode, done.stdout + done.stderr


def _expect(desk: Desk, truth: dict[str, str], what: str, **env: str) -> Problems:
    """A run that must succeed with the right results and leave nothing."""
    code, printed = _run(desk, **env)
    found = [f"{what}: exit code {code}: {printed[-300:]}"] if code else []
    if not code and desk.results() != truth:
        found.append(f"{what}: other results")
    return found + [f"{what}: left {name}" for name in desk.left()]


def _refused(desk: Desk, what: str) -> Problems:
    """A run that must fail in one line, with no results and nothing left."""
    code, printed = _run(desk)
    lines = [line for line in printed.splitlines() if line.startswith("vsat: ")]
    found = [] if code == 2 and lines else [f"{what}: exit code {code}: {printed[-300:]}"]
    if "Traceback" in printed or "unexpected" in printed:
        found.append(f"{what}: {printed[-300:]}")
    return found + [f"{what}: left {name}" for name in (*desk.left(), *desk.results())]


def damaged_cache(folder: Path) -> Problems:
    """Files of the cache are cut, zeroed or overwritten between two runs."""
    desk, truth = _desk(folder)
    draw, found = random.Random(1), []
    for number in range(ROUNDS):
        found += _expect(desk, truth, f"round {number}")
        files = [p for p in (desk.folder / "cache").rglob("*") if p.is_file()]
        for path in draw.sample(files, len(files) // 3):
            content = path.read_bytes()
            at = draw.randint(0, len(content))
            rest = draw.choice((b"", bytes(len(content) - at), draw.randbytes(len(content) - at)))
            head = content if path.suffix == ".npy" and rest else content[:at]
            path.write_bytes(head[: max(at, 0)] + (b"" if head is content else rest))
        _clean(desk, cache=False)
    return found


def deleted_cache(folder: Path) -> Problems:
    """The cache is deleted again and again under a run."""
    desk, truth = _desk(folder, 3)
    with _meanwhile(lambda: shutil.rmtree(desk.folder / "cache", ignore_errors=True)):
        return _expect(desk, truth, "run")


def changed_recording(folder: Path) -> Problems:
    """A recording is overwritten under a run: right results of one content, or one line."""
    desk, truth = _desk(folder)
    path = desk.recording(0)
    contents = [path.read_bytes(), path.read_bytes()[::-1]]
    path.write_bytes(contents[1])
    desk.finish(desk.run_command())
    truths = [truth, desk.results()]
    found, draw = Problems(), random.Random(2)
    for number in range(ROUNDS):
        _clean(desk)
        with _meanwhile(lambda: path.write_bytes(draw.choice(contents))):
            code, printed = _run(desk)
        if not code and desk.results() not in truths:
            found.append(f"round {number}: results of neither content")
        if code and "changed while it was read" not in printed:
            found.append(f"round {number}: {printed[-300:]}")
        for content, right in zip(contents, truths, strict=True):
            _clean(desk, cache=False)
            path.write_bytes(content)
            found += _expect(desk, right, f"round {number}, afterwards")
    return found


def clock_set_back(folder: Path) -> Problems:
    """The clock goes back by a day between two runs: nothing is computed again."""
    desk, truth = _desk(folder)
    (folder / "site").mkdir()
    (folder / "site" / "sitecustomize.py").write_text(SHIFT, encoding="utf-8")
    found = _expect(desk, truth, "before")
    desk.calls()
    back = {"PYTHONPATH": str(folder / "site"), "CLOCK_SHIFT_S": str(-DAY_S)}
    found += _expect(desk, truth, "after", **back)
    if calls := desk.calls():
        found.append(f"computed again: {dict(calls)}")
    desk.recording(0).write_bytes(desk.recording(0).read_bytes()[::-1])
    code, printed = _run(desk, **back)
    checked = subprocess.run(
        desk.command("library", "check", "--out", str(desk.out)),
        env={**desk.env, **back},
        capture_output=True,
        check=False,
    )
    if code or checked.returncode:
        found.append(f"new content: {code}, library check {checked.returncode}: {printed[-300:]}")
    return found


def two_runs(folder: Path) -> Problems:
    """Two processes run the same recordings into the same folder."""
    desk, truth = _desk(folder, 3)
    found = Problems()
    for number in range(2):
        _clean(desk)
        both = [desk.begin(desk.run_command(), folder / f"printed{k}") for k in range(2)]
        codes = [process.wait() for process in both]
        if codes != [0, 0] or desk.results() != truth:
            found.append(f"round {number}: {codes}, {sorted(desk.results().keys() ^ truth.keys())}")
        found += [f"round {number}: left {name}" for name in desk.left()]
    return found


def full_disk(folder: Path) -> Problems:
    """The disk of the results, then that of the cache, is full."""
    desk, truth = _desk(folder)
    found = Problems()
    for place in ("out", "cache"):
        _clean(desk)
        with _mounted(folder / place, "size=1m"):
            (folder / place / "filler").write_bytes(bytes(_room(folder / place)))
            if place == "out":
                code, printed = _run(desk)
                if code != 2 or "No space left" not in printed:
                    found.append(f"{place}: {code} {printed[-300:]}")
                found += [f"{place}: {name}" for name in desk.results() if name != "filler"]
            else:
                found += _expect(desk, truth, place)
            (folder / place / "filler").unlink()
            found += _expect(desk, truth, f"{place}, with room again")
    return found


def read_only(folder: Path) -> Problems:
    """The folder of the results, then that of the cache, cannot be written."""
    desk, truth = _desk(folder)
    found = Problems()
    _clean(desk)
    with _mounted(folder / "out", "size=1m,ro"):
        found += _refused(desk, "out")
    _clean(desk)
    with _mounted(folder / "cache", "size=1m,ro"):
        found += _expect(desk, truth, "cache")
    return found


def _room(folder: Path) -> int:
    """Free bytes."""
    disk = os.statvfs(folder)
    return disk.f_bavail * disk.f_frsize


@contextlib.contextmanager
def _mounted(folder: Path, options: str) -> Iterator[None]:
    """A small disk in memory at this folder; needs root."""
    folder.mkdir(exist_ok=True)
    subprocess.run(["mount", "-t", "tmpfs", "-o", options, "tmpfs", str(folder)], check=True)
    try:
        yield
    finally:
        subprocess.run(["umount", "-l", str(folder)], check=True)


@contextlib.contextmanager
def _meanwhile(action: Callable[[], object]) -> Iterator[None]:
    """Do something again and again in another thread."""
    over = threading.Event()

    def act() -> None:
        while not over.wait(random.uniform(0.01, 0.3)):
            action()

    thread = threading.Thread(target=act)
    thread.start()
    try:
        yield
    finally:
        over.set()
        thread.join()
        time.sleep(0.01)


CHECKS: tuple[Callable[[Path], Problems], ...] = (
    damaged_cache,
    deleted_cache,
    changed_recording,
    clock_set_back,
    two_runs,
    full_disk,
    read_only,
)
