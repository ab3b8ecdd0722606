"""What it costs in time that large freed blocks go back to the system: whole runs with other
bounds, by turns.

Bounds are written as in `4+16`: megabytes from which freed blocks go back, and megabytes that may
lie free at the end of the heap; `4` leaves the second to the C library, `none` both.

python tools/benchmarks/large_blocks.py RECORDING [PROFILE...] [--bounds B,B,...] [--processes N]
[--rounds N]
"""

from __future__ import annotations

import argparse
import ctypes
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from vsat_core.artifacts import Source
from vsat_core.config.profile import read, resolve
from vsat_core.config.registry import load
from vsat_core.engine import pipeline
from vsat_core.engine.memory import KEPT, LARGE, M_MMAP_THRESHOLD, M_TRIM_THRESHOLD

WANTED = ("attribute", "write")
OURS = f"{LARGE >> 20}+{KEPT >> 20}"


def worker(profile: str, recording: Path, bounds: str) -> None:
    """One run for each line that comes in, its seconds going out."""
    vars(pipeline)["steady_allocator"] = lambda: None
    for option, size in zip((M_MMAP_THRESHOLD, M_TRIM_THRESHOLD), bounds.split("+"), strict=False):
        if size != "none":
            ctypes.CDLL(None).mallopt(option, int(size) << 20)
    prepared = pipeline.Pipeline(resolve(read(profile), load([]), WANTED))
    for _ in sys.stdin:
        with tempfile.TemporaryDirectory() as folder:
            started = time.perf_counter()
            prepared.run(Source(recording), WANTED, Path(folder) / "run")
            print(time.perf_counter() - started, flush=True)


def start(*arguments: str) -> subprocess.Popen[str]:
    """This file as a worker."""
    command = [sys.executable, __file__, "--worker", *arguments]
    return subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)


def once(process: subprocess.Popen[str]) -> float:
    """Seconds of one run in it."""
    assert process.stdin and process.stdout
    process.stdin.write("run\n")
    process.stdin.flush()
    return float(process.stdout.readline())


def by_turns(profile: str, recording: Path, bounds: list[str], rounds: int) -> list[list[float]]:
    """Seconds by bounds in each round after one that warms up; who goes first changes from round to
    round.
    """
    processes = [start(str(recording), profile, "--bounds", b) for b in bounds]
    found = []
    for i in range(rounds + 1):
        seconds = {}
        for at in [*range(i % len(bounds), len(bounds)), *range(i % len(bounds))]:
            seconds[at] = once(processes[at])
        found.append([seconds[at] for at in range(len(bounds))])
    for process in processes:
        process.communicate()
    return found[1:]


def main() -> None:
    """Compare, profile by profile, and print the ratio of the rounds."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("recording", type=Path)
    parser.add_argument("profiles", nargs="*", default=["fast-quiet-room", "accurate-meeting"])
    parser.add_argument("--processes", type=int, default=3)
    parser.add_argument("--rounds", type=int, default=7)
    parser.add_argument("--worker", action="store_true", help=argparse.SUPPRESS)
    parser.add_argument(
        "--bounds", default=f"{OURS},16+16,none", help="the first against each of the others"
    )
    args = parser.parse_args()
    if args.worker:
        return worker(args.profiles[0], args.recording, args.bounds)
    bounds = args.bounds.split(",")
    for profile in args.profiles:
        rounds = [
            r
            for _ in range(args.processes)
            for r in by_turns(profile, args.recording, bounds, args.rounds)
        ]
        ours, *others = zip(*rounds, strict=True)
        for name, other in zip(bounds[1:], others, strict=True):
            low, middle, high = statistics.quantiles(
                [a / b for a, b in zip(ours, other, strict=True)], n=4
            )
            print(
                f"{profile}: {bounds[0]} takes {middle:.3f} of the time with {name} (quartiles "
                f"{low:.3f} to "
                f"{high:.3f}, {len(ours)} rounds), {statistics.median(ours):.2f} : "
                f"{statistics.median(other):.2f} s"
            )


if __name__ == "__main__":
    main()
