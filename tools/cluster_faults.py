"""`vsat run --executor` on a Dask cluster whose workers and scheduler are killed: every recording
is done once, with the bytes of a serial run.

    python -m tools.cluster_faults FOLDER [--recordings 60] [--seconds 20] [--quick]

Makes recordings in FOLDER from test_data, runs them one after the other by this machine, then by a
LocalCluster of two workers. Meanwhile one worker is killed at a quarter of the results, another one
at half of them, and the whole cluster with its scheduler is killed and started again on the same
port at three quarters. Prints what came of it, and ends with 1 if anything differs.

With --quick the recogniser and the alignment are stand-ins that give every utterance a fixed text,
so that a recording takes about a second; all else is the default profile.
"""

from __future__ import annotations

import argparse
import json
import os
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path

import numpy as np
import psutil
import soundfile

from tests._support.paths import LOOSE, ROOT, TEST_DATA

QUICK = [
    f"--set=stages.{stage}.use={variant}"
    for stage, variant in (
        ("detect", "energy.vectorized"),
        ("transcribe", "fixed.plain"),
        ("align", "spread.vectorized"),
    )
]
VSAT = [sys.executable, "-m", "vsat_core", "run"]
CLUSTER = """
import logging, sys, time
from distributed import LocalCluster
if __name__ == "__main__":
    with LocalCluster(
        n_workers=2,
        threads_per_worker=1,
        host="127.0.0.1",
        scheduler_port=int(sys.argv[1]),
        dashboard_address="127.0.0.1:0",
        memory_limit=0,
        local_directory=sys.argv[2],
        silence_logs=logging.CRITICAL,
    ):
        print("ready", flush=True)
        time.sleep(100_000)
"""


def make_recordings(folder: Path, n: int, seconds: float) -> None:
    """Stretches of one conversation, each with noise of its own far below the speech."""
    sound, rate = soundfile.read(TEST_DATA / "short_conversation.wav", dtype="float32")
    folder.mkdir(parents=True)
    length = int(seconds * rate)
    for i in range(n):
        noise = np.random.default_rng(i).standard_normal(length).astype(np.float32)
        begin = i * (len(sound) - length) // max(1, n)
        part = np.resize(sound[begin:], length) + 1e-4 * noise
        soundfile.write(folder / f"recording-{i:03}.wav", part, rate)


def free_port() -> int:
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return int(one.getsockname()[1])


class Cluster:
    """Two Dask workers and a scheduler, all below one process that can be killed."""

    def __init__(self, folder: Path) -> None:
        self._script = folder / "cluster.py"
        self._script.write_text(CLUSTER)
        self.port = free_port()
        self.start()

    def start(self) -> None:
        command = [sys.executable, str(self._script), str(self.port), str(self._script.parent)]
        env = {**os.environ, "PYTHONPATH": str(ROOT)}
        self._process = subprocess.Popen(command, stdout=subprocess.PIPE, env=env)
        assert self._process.stdout and self._process.stdout.readline() == b"ready\n"

    def workers(self) -> list[psutil.Process]:
        """The processes of the Dask workers, which have the processes of VSAT as children."""
        children = psutil.Process(self._process.pid).children()
        return [p for p in children if "spawn_main" in " ".join(p.cmdline())]

    def kill_worker(self) -> None:
        busy = [p for p in self.workers() if p.children()] or self.workers()
        busy[0].kill()

    def kill(self) -> None:
        """The scheduler, at once; its workers end by themselves."""
        left = self.workers()
        self._process.send_signal(signal.SIGKILL)
        self._process.wait()
        assert self._process.stdout
        self._process.stdout.close()
        psutil.wait_procs(left, timeout=60)


def n_done(out: Path) -> int:
    return len(list(out.glob("*.txt")))


def until(out: Path, n: int, command: subprocess.Popen[str]) -> None:
    while n_done(out) < n and command.poll() is None:
        time.sleep(0.2)


def results(out: Path) -> dict[str, bytes]:
    return {p.name: p.read_bytes() for p in sorted(out.iterdir()) if p.is_file()}


def times_delivered(out: Path) -> list[int]:
    """How often the results of each recording were written, by its record."""
    records = sorted((out / ".vsat").glob("*.jsonl"))
    return [sum(bool(line.strip()) for line in r.read_bytes().splitlines()) for r in records]


def with_faults(cluster: Cluster, command: subprocess.Popen[str], out: Path, n: int) -> None:
    faults = {
        n // 4: ("a worker is killed", cluster.kill_worker),
        n // 2: ("another worker is killed", cluster.kill_worker),
        3 * n // 4: ("the scheduler is killed", cluster.kill),
    }
    for at, (title, fault) in faults.items():
        until(out, at, command)
        print(f"{n_done(out)} of {n} done: {title}", flush=True)
        fault()
    cluster.start()
    print("the cluster is there again", flush=True)


def main() -> int:
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n\n")[0])
    parser.add_argument("folder", type=Path)
    parser.add_argument("--recordings", type=int, default=60)
    parser.add_argument("--seconds", type=float, default=20.0)
    parser.add_argument("--quick", action="store_true")
    args = parser.parse_args()
    source, serial, shared = (args.folder / name for name in ("in", "serial", "shared"))
    make_recordings(source, args.recordings, args.seconds)
    options = [str(source), "--no-cache"]
    if args.quick:
        plugin = LOOSE / "stand_in.py"
        options += ["--plugin", str(plugin), *QUICK]
    subprocess.run([*VSAT, *options, "--jobs", "1", "--out", str(serial)], check=True, cwd=ROOT)
    cluster = Cluster(args.folder)
    address = f"tcp://127.0.0.1:{cluster.port}"
    command = subprocess.Popen(
        [*VSAT, *options, "--executor", address, "--out", str(shared)],
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        cwd=ROOT,
    )
    try:
        with_faults(cluster, command, shared, args.recordings)
        printed, _ = command.communicate()
    finally:
        command.kill()
        cluster.kill()
    found = {
        "exit code": command.returncode,
        "last line": printed.splitlines()[-1],
        "recordings": n_done(shared),
        "bytes equal to the serial run": results(serial) == results(shared),
        "times delivered, of each": sorted(set(times_delivered(shared))),
        "recordings delivered more than once": sum(n > 1 for n in times_delivered(shared)),
    }
    print(json.dumps(found, indent=1))
    good = found["bytes equal to the serial run"] and command.returncode == 0
    return int(not (good and found["times delivered, of each"] == [1]))


if __name__ == "__main__":
    sys.exit(main())
