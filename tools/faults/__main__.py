"""Kill and hinder VSAT at random moments, and see what is lost.

    python -m tools.faults run --kills 100         vsat run over 20 short recordings
    python -m tools.faults watch --kills 20        vsat watch
    python -m tools.faults queue --kills 20        the queue of vsat serve
    python -m tools.faults matrix --kills 20       vsat matrix on two machines at once
    python -m tools.faults hindrances              full disk, damaged cache, clock, ...

Prints one JSON object a line; exit code 1 if anything was lost, half written, left behind or
computed again that was finished.
"""

from __future__ import annotations

import argparse
import json
import sys
import tempfile
from pathlib import Path

import attrs

from tools.faults.commands import kills_of_queue, kills_of_run, kills_of_watch
from tools.faults.hindrances import all_hindrances
from tools.faults.matrix_kills import kills_of_matrix

KILLS = {
    "run": kills_of_run,
    "watch": kills_of_watch,
    "queue": kills_of_queue,
    "matrix": kills_of_matrix,
}


def main() -> int:
    """Do what is asked for in a temporary folder."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("what", choices=(*KILLS, "hindrances"))
    parser.add_argument("--kills", type=int, default=100)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--recordings", type=int, default=20, metavar="N")
    parser.add_argument("--folder", type=Path, help="where (default: a temporary folder)")
    args = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="vsat-faults-", dir=args.folder) as name:
        folder = Path(name)
        if args.what == "hindrances":
            return 0 if all_hindrances(folder) else 1
        losses = KILLS[args.what](folder, args.kills, args.seed, args.recordings)
        print(json.dumps({"command": args.what, **attrs.asdict(losses), "good": losses.good}))
        return 0 if losses.good else 1


if __name__ == "__main__":
    sys.exit(main())
