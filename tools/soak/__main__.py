"""Hours of recordings through one process: resident memory after each, and its slope.

    python -m tools.soak RECORDING [RECORDING ...] --hours 8 --json soak.json

The recordings (16 kHz) are put together to files of 10 to 20 minutes, which a worker of `vsat run`
transcribes one after the other in this process. Printed are RssAnon and the whole resident set
after each file, and the slope of each by least squares in MB for an hour of audio, over all files
and without the first hour, in which models are loaded and buffers reach their size.
"""

from __future__ import annotations

import argparse
import gc
import json
import os
import random
import sys
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path

import attrs
import numpy as np
import psutil

from tools.soak.compose import compose
from vsat_core.config.prepare import prepare
from vsat_core.engine.atomic_files import write_json
from vsat_core.engine.memory import anonymous_bytes
from vsat_core.engine.pool_worker import PoolWorker
from vsat_core.engine.result import RUN_TARGETS

WARM_UP_H = 1.0
CACHE_BYTES = 500_000_000  # smaller than one file's results: entries come and go all the time


@attrs.frozen
class Reading:
    """After one file: hours of audio so far, and memory in MB."""

    hours: float
    anonymous_mb: float
    resident_mb: float
    seconds: float
    n_objects: int


def slope(readings: Sequence[Reading], field: str, after_h: float = 0.0) -> float | None:
    """MB for an hour of audio, by least squares; None for fewer than three readings."""
    used = [r for r in readings if r.hours > after_h]
    if len(used) < 3:
        return None
    values = [getattr(r, field) for r in used]
    return round(float(np.polyfit([r.hours for r in used], values, 1)[0]), 3)


def summary(readings: Sequence[Reading], profile: str) -> dict[str, object]:
    """What is written to --json."""
    rows = [attrs.asdict(r) for r in readings]
    slopes = {
        f"{name}_mb_per_hour{suffix}": slope(readings, f"{name}_mb", after)
        for name in ("anonymous", "resident")
        for suffix, after in (("", 0.0), ("_after_first_hour", WARM_UP_H))
    }
    head = {"profile": profile, "files": len(rows), "hours": readings[-1].hours}
    return {**head, **slopes, "cpu_seconds": round(time.process_time()), "readings": rows}


def soak(
    sources: Sequence[Path], hours: float, profile: str, seed: int, folder: Path
) -> list[Reading]:
    """Transcribe until `hours` of audio are through. Raises SystemExit if a file fails."""
    resolved = prepare(profile)
    (folder / "profile.toml").write_text(resolved.toml(), encoding="utf-8")
    worker, draw = PoolWorker(lambda **reply: None), random.Random(seed)
    worker.begin(
        {
            "profile": str(folder / "profile.toml"),
            "plugins": [],
            "cache": True,
            "overwrite": False,
            "again": [],
            "library": "",
        }
    )
    targets = [*resolved.graph.stages_for(RUN_TARGETS)]
    readings, done_s = list[Reading](), 0.0
    while done_s < hours * 3600:
        path = folder / f"{len(readings)}.flac"
        done_s += compose(sources, path, draw)
        begin = time.perf_counter()
        job = {"path": str(path), "name": path.stem, "out": str(folder / "out")}
        reply = worker.record({**job, "targets": targets})
        if "line" in reply:
            raise SystemExit(str(reply["line"]))
        path.unlink()
        readings.append(_reading(done_s, time.perf_counter() - begin))
        print(json.dumps(attrs.asdict(readings[-1])), flush=True)
    return readings


def _reading(done_s: float, seconds: float) -> Reading:
    """Memory now, without what only waits to be collected."""
    gc.collect()
    resident = psutil.Process().memory_info().rss
    return Reading(
        round(done_s / 3600, 4),
        round(anonymous_bytes() / 1e6, 2),
        round(resident / 1e6, 2),
        round(seconds, 1),
        len(gc.get_objects()),
    )


def main() -> int:
    """Run, print, write."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("recordings", nargs="+", type=Path)
    parser.add_argument("--hours", type=float, default=8.0)
    parser.add_argument("--profile", default="default")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--folder", type=Path, help="on a disk with 2 GB of room")
    parser.add_argument("--json", type=Path, metavar="FILE")
    args = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="vsat-soak-", dir=args.folder) as name:
        os.environ["VSAT_CACHE"] = str(Path(name, "cache"))
        os.environ["VSAT_CACHE_BYTES"] = str(CACHE_BYTES)
        readings = soak(args.recordings, args.hours, args.profile, args.seed, Path(name))
    found = summary(readings, args.profile)
    if args.json:
        write_json(args.json, found)
    print(json.dumps({k: v for k, v in found.items() if k != "readings"}, indent=1))
    return 0


if __name__ == "__main__":
    sys.exit(main())
