"""Several recordings by one command: `vsat run --jobs 2` against one after the other, as throughput
and memory.

    python -m tools.benchmarks.many_files
    python -m tools.benchmarks.many_files --files 2 --seconds 4 --rounds 1 --output build/batch.json

The recordings are stretches of test_data/medium_meeting.flac, evenly spaced. Each way is timed as a
user meets it: the command from start to end in a process of its own, nothing cached. The ways are
interleaved, in another order each round; throughput is the sound of all files over the command's
time.
"""

import argparse
import contextlib
import os
import random
import statistics
import subprocess
import sys
import tempfile
import time
from datetime import date
from pathlib import Path
from typing import Any

import psutil
import soundfile

from tools.benchmarks.optimizations import ROOT, git
from vsat_core.engine.atomic_files import write_json
from vsat_core.engine.interpreter import module_command
from vsat_core.engine.memory import anonymous_bytes
from vsat_core.engine.worker import thread_settings
from vsat_core.measure.machine import fingerprint

RECORDING = ROOT / "test_data" / "medium_meeting.flac"
WAYS = (
    (1, 1),
    (1, 2),
    (2, 1),
)  # (--jobs, threads of each process); the last is compared with the others
WATCH_S = 0.02


def cut(recording: Path, folder: Path, n: int, seconds: float) -> float:
    """Leave n stretches of a recording as FLAC files; returns how much sound they are together, in
    seconds.
    """
    sound, rate = soundfile.read(recording, dtype="int16")
    length = min(round(seconds * rate), len(sound))
    for i in range(n):
        first = (len(sound) - length) * i // max(n - 1, 1)
        soundfile.write(folder / f"part{i + 1}.flac", sound[first : first + length], rate)
    return n * length / rate


def run(files: Path, out: Path, profile: str, jobs: int, threads: int) -> tuple[float, int]:
    """One command: its seconds from start to end, and the most anonymous memory of all its
    processes in bytes.

    Raises SystemExit if it fails or leaves a recording out.
    """
    options = f"--profile {profile} --jobs {jobs} --no-cache"
    command = module_command("vsat_core", "run", str(files), "--out", str(out), *options.split())
    environment = os.environ | thread_settings(jobs * threads)  # shared out between the jobs
    begin = time.perf_counter()
    process = subprocess.Popen(
        command, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE
    )
    peak = 0
    while process.poll() is None:
        peak = max(peak, together(process.pid))
        time.sleep(WATCH_S)
    seconds = time.perf_counter() - begin
    errors = process.stderr.read().decode() if process.stderr else ""
    if process.returncode or len(list(out.rglob("*.json"))) != len(list(files.iterdir())):
        sys.exit(f"{' '.join(command)}: exit code {process.returncode}\n{errors}")
    return seconds, peak


def together(pid: int) -> int:
    """Anonymous memory of a process and all below it, in bytes; of those that have just ended
    nothing.
    """
    total = 0
    with contextlib.suppress(OSError, psutil.Error):
        for below in psutil.Process(pid).children(recursive=True):
            with contextlib.suppress(OSError, psutil.Error):
                total += anonymous_bytes(below.pid)
        total += anonymous_bytes(pid)
    return total


def parsed() -> argparse.Namespace:
    """The options."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--files", type=int, default=8)
    parser.add_argument("--seconds", type=float, default=60, help="length of each")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--profile", default="fast-quiet-room")
    parser.add_argument("--recording", type=Path, default=RECORDING)
    parser.add_argument("--output", type=Path, default=ROOT / "metrics" / "batch.json")
    return parser.parse_args()


def main() -> None:
    """Measure, print, write."""
    args = parsed()
    runs: dict[tuple[int, int], dict[str, Any]] = {
        (jobs, threads): {"jobs": jobs, "threads": threads, "seconds": [], "memory_peak_mb": 0.0}
        for jobs, threads in WAYS
    }
    with tempfile.TemporaryDirectory(prefix="vsat-many-") as name:
        files = Path(name, "files")
        files.mkdir()
        audio_s = cut(args.recording, files, args.files, args.seconds)
        for i in range(args.rounds):
            for jobs, threads in random.Random(i).sample(WAYS, len(WAYS)):
                seconds, peak = run(
                    files, Path(name, f"out-{i}-{jobs}-{threads}"), args.profile, jobs, threads
                )
                way = runs[jobs, threads]
                way["seconds"].append(seconds)
                way["memory_peak_mb"] = max(way["memory_peak_mb"], peak / 1e6)
                print(
                    f"round {i + 1}: --jobs {jobs}, {threads} threads each: {seconds:.1f} s, "
                    f"{peak / 1e6:.0f} MB",
                    flush=True,
                )
    for way in runs.values():
        way["throughput"] = audio_s / statistics.median(way["seconds"])
    meta = {
        "kind": "vsat batch",
        "version": 1,
        "date": date.today().isoformat(),
        "commit": git("rev-parse", "--short", "HEAD"),
        "machine": fingerprint(),
    }
    write_json(
        args.output,
        {
            "profile": args.profile,
            "recording": args.recording.name,
            "files": args.files,
            "audio_seconds": audio_s,
            "runs": list(runs.values()),
            "_meta": meta,
        },
    )
    print(f"written to {args.output}")


if __name__ == "__main__":
    main()
