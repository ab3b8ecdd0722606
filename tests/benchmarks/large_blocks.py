"""What it costs in time that large freed blocks go back to the system: whole runs with it and without, by turns.

python tests/benchmarks/large_blocks.py RECORDING [PROFILE...] [--processes N] [--rounds N]
"""
from __future__ import annotations

import argparse
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from vsat_core import pipeline
from vsat_core.artifacts import Source
from vsat_core.profile import read, resolve
from vsat_core.registry import load
from vsat_core.stages import needed_for

WANTED = ("attribute", "write")


def worker(profile: str, recording: Path, bound: str) -> None:
    """One run for each line that comes in, its seconds going out."""
    if bound == "without":
        vars(pipeline)["steady_allocator"] = lambda: None
    prepared = pipeline.Pipeline(resolve(read(profile), load([]), needed_for(WANTED)))
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


def by_turns(profile: str, recording: Path, rounds: int) -> list[tuple[float, float]]:
    """(with, without) of each round after one that warms up; who goes first changes from round to round."""
    bounded, free = (start(str(recording), profile, "--bound", b) for b in ("with", "without"))
    pairs = []
    for i in range(rounds + 1):
        first, second = (bounded, free) if i % 2 else (free, bounded)
        seconds = {first: once(first)}
        seconds[second] = once(second)
        pairs.append((seconds[bounded], seconds[free]))
    for process in (bounded, free):
        process.communicate()
    return pairs[1:]


def main() -> None:
    """Compare, profile by profile, and print the ratio of the rounds."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("recording", type=Path)
    parser.add_argument("profiles", nargs="*", default=["fast-quiet-room", "accurate-meeting"])
    parser.add_argument("--processes", type=int, default=3)
    parser.add_argument("--rounds", type=int, default=7)
    parser.add_argument("--worker", action="store_true", help=argparse.SUPPRESS)
    parser.add_argument("--bound", choices=("with", "without"), help=argparse.SUPPRESS)
    args = parser.parse_args()
    if args.worker:
        return worker(args.profiles[0], args.recording, args.bound)
    for profile in args.profiles:
        pairs = [p for _ in range(args.processes) for p in by_turns(profile, args.recording, args.rounds)]
        low, middle, high = statistics.quantiles([a / b for a, b in pairs], n=4)
        seconds = [statistics.median(x) for x in zip(*pairs, strict=True)]
        print(f"{profile}: {middle:.3f} of the time without (quartiles {low:.3f} to {high:.3f}, {len(pairs)} pairs), "
              f"{seconds[0]:.2f} : {seconds[1]:.2f} s")


if __name__ == "__main__":
    main()
