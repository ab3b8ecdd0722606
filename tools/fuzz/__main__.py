"""Mutated recordings, texts, profiles, libraries and names through the commands that read them.

    python -m tools.fuzz --cases 10000 --seed 1 --json summary.json
    python -m tools.fuzz --seed 1 --case 4711       one case again, its folder is kept

Every case must succeed or end in one line. Flagged are tracebacks, faults of the program, hangs
over 20 s of computing, crashes, partial files, memory above 1 GB and lines that no user should see;
the folders of these cases are kept. Needs ffmpeg and sox (Debian packages of these names). Exit
code 1 if anything is flagged.
"""

from __future__ import annotations

import argparse
import json
import os
import sys
import tempfile
import time
from collections import Counter
from pathlib import Path

import attrs

from tools.fuzz.doors import DOORS
from tools.fuzz.pool import Order, remove_if_empty, verdicts
from tools.fuzz.stock import make_stock
from vsat_core.engine.atomic_files import write_json
from vsat_core.engine.child_loop import Reply

EVERY = 500  # cases between two lines of progress


@attrs.define
class Tally:
    """Counts over all cases."""

    cases: Counter[str] = attrs.field(factory=Counter)
    refused: Counter[str] = attrs.field(factory=Counter)
    wrong: list[Reply] = attrs.field(factory=list)
    decoder_deaths: int = 0
    peak_bytes: int = 0
    children_peak_bytes: int = 0

    def add(self, reply: Reply) -> None:
        """Count a verdict."""
        group = str(reply.get("group", "unknown"))
        self.cases[group] += 1
        self.refused[group] += any(reply["codes"])  # type: ignore[arg-type]
        self.decoder_deaths += "the decoder " in str(reply.get("line", ""))
        for key in ("peak_bytes", "children_peak_bytes"):
            setattr(self, key, max(getattr(self, key), int(str(reply.get(key, 0)))))
        if reply["wrong"]:
            self.wrong.append(reply)

    def as_json(self, seed: int, seconds: float) -> dict[str, object]:
        """The summary of a run."""
        kinds = Counter(str(w).partition(":")[0] for r in self.wrong for w in _list(r["wrong"]))
        cpu = sum(os.times()[:4])
        return {
            "seed": seed,
            "cases": self.cases.total(),
            "cases_by_group": dict(self.cases),
            "refused_by_group": dict(self.refused),
            "decoder_stopped_or_died": self.decoder_deaths,
            "peak_mb": round(self.peak_bytes / 1e6),
            "children_peak_mb": round(self.children_peak_bytes / 1e6),
            "flagged_by_kind": dict(kinds),
            "flagged": [
                {k: r.get(k) for k in ("number", "group", "source", "wrong")} for r in self.wrong
            ],
            "seconds": round(seconds),
            "cpu_seconds": round(cpu),
        }


def _list(value: object) -> list[object]:
    return list(value) if isinstance(value, list) else [value]


def main() -> int:
    """Make the stock, run the cases, write the summary."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--cases", type=int, default=1000, metavar="N")
    parser.add_argument(
        "--first", type=int, default=0, metavar="N", help="number of the first case"
    )
    parser.add_argument("--case", type=int, metavar="N", help="only this case, and keep its folder")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--group", choices=DOORS, default="", help="only inputs of this kind")
    parser.add_argument("--processes", type=int, default=2, metavar="N")
    parser.add_argument("--keep", type=Path, help="folder for flagged cases (default: temporary)")
    parser.add_argument("--json", type=Path, metavar="FILE", help="write the summary to this file")
    args = parser.parse_args()
    keep = (args.keep or Path(tempfile.mkdtemp(prefix="vsat-fuzz-kept-"))).resolve()
    one = args.case is not None
    numbers = [args.case] if one else range(args.first, args.first + args.cases)
    begin, tally = time.monotonic(), Tally()
    with tempfile.TemporaryDirectory(prefix="vsat-fuzz-stock-") as stock:
        make_stock(Path(stock))
        order = Order(numbers, args.seed, Path(stock), keep, one, args.group)
        for n, reply in enumerate(verdicts(order, 1 if one else args.processes), 1):
            tally.add(reply)
            if reply["wrong"] or one:
                print(json.dumps(reply), flush=True)
            if n % EVERY == 0:
                print(f"{n} cases, {len(tally.wrong)} flagged", flush=True)
    summary = tally.as_json(args.seed, time.monotonic() - begin)
    if args.json:
        write_json(args.json, summary)
    print(json.dumps({k: v for k, v in summary.items() if k != "flagged"}, indent=1))
    print(f"folders of flagged cases: {keep}" if tally.wrong or one else "nothing flagged")
    remove_if_empty(keep)
    return 1 if tally.wrong else 0


if __name__ == "__main__":
    sys.exit(main())
