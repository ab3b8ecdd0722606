"""The commands that are killed: `vsat run`, `vsat watch`, and the queue of `vsat serve`."""

from __future__ import annotations

import json
import shutil
import subprocess
import time
import urllib.request
from collections.abc import Callable
from pathlib import Path

from tools.faults.desk import Desk, Truth
from tools.faults.kills import Losses, Work, kill_again_and_again
from tools.fuzz.stock import settings_of
from vsat_core.page.running import Address, server_of

EACH = 8  # kills of one job, at most
START_S = 120.0


def kills_of_run(folder: Path, kills: int, seed: int, n: int) -> Losses:
    """`vsat run` over short recordings."""
    truth = Truth.of(folder / "calm", n)
    return _jobs(folder, kills, seed, n, lambda desk: _run_work(desk, truth))


def kills_of_watch(folder: Path, kills: int, seed: int, n: int) -> Losses:
    """`vsat watch` on a folder with recordings."""
    truth = Truth.of(folder / "calm", n)
    return _jobs(folder, kills, seed, n, lambda desk: _watch_work(desk, truth))


def kills_of_queue(folder: Path, kills: int, seed: int, n: int) -> Losses:
    """`vsat serve` with a queue of recordings."""
    truth = Truth.of(folder / "calm", n)
    return _jobs(folder, kills, seed, n, lambda desk: _queue_work(desk, truth))


def _jobs(folder: Path, kills: int, seed: int, n: int, work_of: Callable[[Desk], Work]) -> Losses:
    """One job after the other, until there were enough kills."""
    losses = Losses()
    while losses.kills < kills:
        place = folder / f"job{losses.jobs}"
        work = work_of(Desk.make(place, n))
        kill_again_and_again(work, min(EACH, kills - losses.kills), seed + losses.jobs, losses)
        print(json.dumps({"kills": losses.kills, "good": losses.good}), flush=True)
        if not losses.good:
            return losses
        shutil.rmtree(place)
    return losses


def _run_work(desk: Desk, truth: Truth) -> Work:
    def ended(process: subprocess.Popen[bytes]) -> bool:
        if process.poll() not in (None, 0):
            raise SystemExit((desk.folder / "printed").read_text()[-1000:])
        return process.poll() == 0

    return Work(desk, lambda: desk.begin(desk.run_command()), ended, truth)


def _watch_work(desk: Desk, truth: Truth) -> Work:
    options = ["--profile", desk.profile, "--out", str(desk.out), "--jobs", "2"]
    command = desk.command(
        "watch", str(desk.folder / "in"), *options, "--interval", "0.2", "--settle", "0"
    )

    def ended(process: subprocess.Popen[bytes]) -> bool:
        return _all_there(desk, truth) and _stop(process)

    return Work(desk, lambda: desk.begin(command), ended, truth)


def _queue_work(desk: Desk, truth: Truth) -> Work:
    command = desk.command("serve", str(desk.out), "--no-browser")
    desk.out.mkdir()

    def begin() -> subprocess.Popen[bytes]:
        process = desk.begin(command)
        address = _address(desk)
        if not _ask(address, "/api/jobs"):
            paths = [str(desk.recording(number)) for number in range(desk.n)]
            taken = _ask(address, "/api/jobs", {"paths": paths, "profile": desk.profile})
            (desk.folder / "accepted").write_text(json.dumps(taken))
        return process

    def ended(process: subprocess.Popen[bytes]) -> bool:
        return _all_there(desk, truth) and _queue_is_done(desk) and _stop(process)

    return Work(desk, begin, ended, truth)


def _all_there(desk: Desk, truth: Truth) -> bool:
    n_there = len(list(desk.out.glob("*.*")))
    return n_there >= len(truth.results) and desk.results() == truth.results


def _stop(process: subprocess.Popen[bytes]) -> bool:
    """End a command that runs until it is stopped. Always true."""
    process.terminate()
    if process.wait(START_S) not in (0, 130):  # `watch` ends with 0, `serve` with 130
        raise SystemExit(f"ended with {process.returncode} after SIGTERM")
    return True


def _queue_is_done(desk: Desk) -> bool:
    """Whether every job is done. Raises SystemExit if one failed or is gone."""
    jobs = _ask(_address(desk), "/api/jobs")
    states = {job["path"]: job["state"] for job in jobs}
    missing = [
        str(desk.recording(i)) for i in range(desk.n) if str(desk.recording(i)) not in states
    ]
    failed = [job for job in jobs if job["state"] in ("failed", "cancelled")]
    if missing or failed:
        raise SystemExit(f"jobs that are gone: {missing}; failed: {failed}")
    return set(states.values()) == {"done"}


def _address(desk: Desk) -> Address:
    """Of the server, once it answers. Raises SystemExit."""
    end = time.monotonic() + START_S
    while time.monotonic() < end:
        with settings_of(desk.folder):
            address = server_of(desk.out)
        if address:
            try:
                _ask(address, "/api/jobs")
            except OSError:
                pass
            else:
                return address
        time.sleep(0.05)
    raise SystemExit("the server does not start")


def _ask(address: Address, path: str, body: object = None) -> list[dict[str, str]]:
    """The JSON that the server answers."""
    request = urllib.request.Request(
        f"http://127.0.0.1:{address.port}{path}",
        None if body is None else json.dumps(body).encode(),
        {"Authorization": f"Bearer {address.token}", "Content-Type": "application/json"},
    )
    with urllib.request.urlopen(request, timeout=START_S) as answer:
        value: list[dict[str, str]] = json.load(answer)
        return value
