"""`vsat compare`: what became faster or smaller between two results of `vsat bench`, and how sure
that is.
"""

from __future__ import annotations

import argparse
import math
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from vsat_core.printable import say

if TYPE_CHECKING:
    from vsat_core.measure.diff import Gain, Overall
    from vsat_core.measure.results_file import Recorded

COLUMNS = (
    "operation",
    "file",
    "metric",
    "baseline",
    "optimized",
    "improvement",
    "95 % interval",
    "verdict",
)
WORSE = ("slower", "more")


def configure(parser: argparse.ArgumentParser) -> None:
    """Declare the options."""
    parser.add_argument(
        "base", type=Path, metavar="BASE", help="result of vsat bench to compare with"
    )
    parser.add_argument(
        "new", nargs="+", type=Path, metavar="NEW", help="later results of the same files"
    )
    parser.add_argument(
        "--metric", action="append", metavar="NAME", help="only this metric; may be repeated"
    )
    parser.add_argument(
        "--operation", action="append", metavar="NAME", help="only this one; may be repeated"
    )
    parser.add_argument(
        "--fail-above",
        type=_percent,
        default=math.inf,
        metavar="PERCENT",
        help="exit with 1 if anything got worse by more than this, beyond a tie (such as 5%%)",
    )
    parser.add_argument(
        "--any-machine",
        action="store_true",
        help="compare results of different machines all the same",
    )
    parser.add_argument(
        "--format",
        choices=("table", "markdown", "csv", "json"),
        default="table",
        help="(default %(default)s)",
    )


def main(args: argparse.Namespace) -> int:
    """Compare each NEW with BASE and print; 1 if --fail-above was exceeded, 2 if something could
    not be compared.
    """
    from vsat_core.errors import InputError
    from vsat_core.measure.diff import METRICS, gains, overall
    from vsat_core.measure.results_file import read_recorded

    base, *others = [read_recorded(path) for path in (args.base, *args.new)]
    for new in others:
        if new.machine != base.machine and not args.any_machine:
            raise InputError(
                f"{new.path}: measured on {new.machine or 'an unnamed machine'}, {base.path} on "
                f"{base.machine or 'an unnamed machine'}; --any-machine compares them all the same"
            )
    problems, exceeded, compared = [], [], []
    for new in others:
        rows, trouble = gains(base, new, args.metric or METRICS)
        rows = [r for r in rows if not args.operation or r.operation in args.operation]
        if not rows:
            raise InputError(
                f"{new.path}: has nothing in common with {base.path}"
                + "".join(f"; {t}" for t in trouble)
            )
        problems += trouble
        compared.append((new, rows, overall(base, new)))
        exceeded += [
            (new, r) for r in rows if r.verdict in WORSE and -r.improvement > args.fail_above
        ]
    _print(args.format, base, compared)
    for line in problems:
        say(f"vsat: not compared: {line}", file=sys.stderr)
    for new, r in exceeded:
        print(
            f"vsat: {new.path}: {r.operation} {r.file}: {r.metric} is {-r.improvement:.1f} % "
            "worse, "
            f"more than {args.fail_above:g} %",
            file=sys.stderr,
        )
    return 1 if exceeded else 2 if problems else 0


def _percent(text: str) -> float:
    """5, 5% or 5 % for argparse."""
    value = float(text.strip().rstrip("%"))
    if not 0 <= value < float("inf"):
        raise argparse.ArgumentTypeError(f"needs a percentage of 0 or more, got {text}")
    return value


def _cells(row: Gain) -> tuple[str, ...]:
    digits = 4 if row.metric.endswith("_seconds") else 1
    interval = "" if row.low is None else f"{row.low:+.1f} to {row.high:+.1f} %"
    return (
        row.operation,
        row.file,
        row.metric,
        f"{row.baseline:.{digits}f}",
        f"{row.optimized:.{digits}f}",
        f"{row.improvement:+.1f} %",
        interval,
        row.verdict,
    )


def _summary(total: Overall | None) -> str:
    if total is None:
        return "overall: no file that both measured end to end"
    return (
        f"overall: {total.operation} on {total.files} file{'s' * (total.files != 1)}: "
        f"{total.improvement:+.1f} % "
        f"time ({total.low:+.1f} to {total.high:+.1f} %): {total.verdict}"
    )


def _print(
    form: str, base: Recorded, compared: list[tuple[Recorded, list[Gain], Overall | None]]
) -> None:
    """All comparisons in one of the formats; improvement is positive where less is needed."""
    import csv
    import json

    import attrs

    from vsat_core.cli.terminal import table, terminal
    from vsat_core.formats import markdown

    if form == "json":
        value = [
            {
                "base": str(base.path),
                "new": str(new.path),
                "rows": [attrs.asdict(r) for r in rows],
                "overall": attrs.asdict(total) if total else None,
            }
            for new, rows, total in compared
        ]
        print(json.dumps(value, indent=1))
    elif form == "csv":
        writer = csv.writer(sys.stdout, lineterminator="\n")
        writer.writerow(("new", *attrs.asdict(compared[0][1][0])))
        writer.writerows(
            (str(new.path), *attrs.astuple(r)) for new, rows, _ in compared for r in rows
        )
    else:
        for new, rows, total in compared:
            print(f"{base.path} ({base.profile}) against {new.path} ({new.profile})\n")
            cells = map(_cells, rows)
            if form == "markdown":
                print(markdown.table(COLUMNS, cells))
            else:
                terminal().print(table(COLUMNS, cells, right=range(3, 7)))
            print(f"\n{_summary(total)}")
