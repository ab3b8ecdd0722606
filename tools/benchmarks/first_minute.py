"""What a new user waits for: the first run with empty caches, a later one, and one from the cache.

    python -m tools.benchmarks.first_minute --output metrics/first_minute.json
    python -m tools.benchmarks.first_minute --vsat OTHER/.venv/bin/vsat --vsat .venv/bin/vsat

Each is the command from start to end in a process of its own. Several versions of VSAT take turns;
ratios are of medians, the first version over the last.
"""

from __future__ import annotations

import argparse
import os
import statistics
import subprocess
import sys
import tempfile
import time
from datetime import date
from pathlib import Path
from typing import Any

from rich.progress import Progress

from tools.benchmarks.many_files import WATCH_S, together
from tools.benchmarks.optimizations import ROOT, git
from vsat_core.engine.atomic_files import write_json
from vsat_core.formats import markdown
from vsat_core.measure.machine import fingerprint

RECORDING = ROOT / "test_data" / "short_conversation.wav"
OWN = ROOT / ".venv" / "bin" / "vsat"
WAYS = {
    "first run, empty caches": ("fresh", ()),
    "new process, --no-cache": ("kept", ("--no-cache",)),
    "from the cache": ("kept", ()),
}


def run(vsat: Path, recording: Path, cache: Path, options: tuple[str, ...]) -> tuple[float, int]:
    """Seconds and the most anonymous memory of all processes in bytes. Raises SystemExit if the
    command fails.
    """
    environment = os.environ | {"XDG_CACHE_HOME": str(cache)}
    for name in ("VSAT_CACHE", "NUMBA_CACHE_DIR"):
        environment.pop(name, None)
    with tempfile.TemporaryDirectory(prefix="vsat-out-") as out:
        command = [str(vsat.absolute()), "run", str(recording), "--out", "results", *options]
        begin, peak = time.perf_counter(), 0
        process = subprocess.Popen(
            command,
            env=environment,
            cwd=out,  # not in a checkout, whose profiles would come first
            stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
        )
        while process.poll() is None:
            peak = max(peak, together(process.pid))
            time.sleep(WATCH_S)
        seconds = time.perf_counter() - begin
        if process.returncode:
            sys.exit(f"{' '.join(command)}: {process.stderr.read().decode()}")  # type: ignore[union-attr]
    return seconds, peak


def measured(versions: list[Path], recording: Path, times: int) -> list[dict[str, Any]]:
    """Every way with every version, `times` times, taking turns."""
    rows = [{w: {"seconds": [], "peak_mb": []} for w in WAYS} for _ in versions]
    with tempfile.TemporaryDirectory(prefix="vsat-caches-") as name, Progress() as progress:
        for i in progress.track(range(times), description="measuring"):
            for v, vsat in enumerate(versions):
                for way, (cache, options) in WAYS.items():
                    place = Path(name, f"{v} {i if cache == 'fresh' else 'kept'}")
                    if cache == "kept" and i == 0:
                        run(vsat, recording, place, ())
                    seconds, peak = run(vsat, recording, place, options)
                    rows[v][way]["seconds"].append(seconds)
                    rows[v][way]["peak_mb"].append(peak / 1e6)
    return rows


def table(rows: list[dict[str, Any]]) -> str:
    """Markdown: medians of the last version, and how many times the first one's they are."""
    shown = []
    for way in WAYS:
        old, new = (statistics.median(r[way]["seconds"]) for r in (rows[0], rows[-1]))
        peak = statistics.median(rows[-1][way]["peak_mb"])
        before = f"{old:.2f}" if len(rows) > 1 else ""
        ratio = f"{old / new:.1f}" if len(rows) > 1 else ""
        shown.append((way, before, f"{new:.2f}", ratio, f"{peak:.0f}"))
    return markdown.table(("run", "before, s", "now, s", "times as fast", "peak MB"), shown)


def main() -> None:
    """Measure, print the table, write what was asked for."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--vsat", type=Path, action="append", help="the command; may be repeated")
    parser.add_argument("--recording", type=Path, default=RECORDING)
    parser.add_argument("--times", type=int, default=5)
    parser.add_argument("--output", type=Path)
    args = parser.parse_args()
    rows = measured(args.vsat or [OWN], args.recording, args.times)
    print(table(rows))
    if args.output:
        meta = {
            "kind": "vsat first minute",
            "version": 1,
            "date": date.today().isoformat(),
            "commit": git("rev-parse", "--short", "HEAD"),
            "machine": fingerprint(threads=0),
        }
        write_json(args.output, {"recording": args.recording.name, "runs": rows, "_meta": meta})


if __name__ == "__main__":
    main()
