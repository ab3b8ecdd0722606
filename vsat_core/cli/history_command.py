"""`vsat history`: recorded measurements over commits, and where they became better or worse."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from vsat_core.cli.compare_command import percent
from vsat_core.cli.history_options import history_file_option

if TYPE_CHECKING:
    from vsat_core.history.verdicts import Judgement

FILTERS = {
    "metric": "such as elapsed_seconds or memory_peak_mb",
    "operation": "such as whole or transcription",
    "recording": "as it is called in the table",
    "profile": "by name",
    "machine": "as it is called in the table, without the threads",
}
ACTIONS = ("show", "import")
ENDINGS = (".svg", ".png")


def configure(parser: argparse.ArgumentParser) -> None:
    """Declare the options."""
    parser.add_argument(
        "action",
        nargs="?",
        choices=ACTIONS,
        default="show",
        help="show (default), or import older results of bench, evaluate or matrix",
    )
    parser.add_argument(
        "files", nargs="*", type=Path, metavar="RESULT", help="import: JSON files of results"
    )
    history_file_option(parser)
    parser.add_argument(
        "--commit", default="", metavar="ID", help="import: of this commit, by any name git knows"
    )
    for name, help in FILTERS.items():
        parser.add_argument(
            f"--{name}", action="append", default=[], help=f"only this, {help}; may be repeated"
        )
    parser.add_argument(
        "--last",
        type=_positive,
        metavar="N",
        help="look at the last N commits of each series (default 30)",
    )
    parser.add_argument(
        "--fail-above",
        type=percent,
        metavar="PERCENT",
        help="exit with 1 if a series became worse by more than this (such as 5%%)",
    )
    parser.add_argument("--json", action="store_true", help="print JSON instead of a table")
    parser.add_argument(
        "--out", type=Path, metavar="FILE", help="draw the series into this .svg or .png as well"
    )


def main(args: argparse.Namespace) -> int:
    """Import, or judge and print; 1 if --fail-above was exceeded."""
    from vsat_core.errors import InputError

    if args.action == "import":
        return _import(args)
    if args.files:
        raise InputError(f"{args.files[0]}: files are for vsat history import")
    _check(args.out)
    judgements = _judged(args)
    _print(args, judgements)
    if args.out:
        _draw(args, judgements)
    return _failing(args, judgements)


def _import(args: argparse.Namespace) -> int:
    """Take files in; 2 if one of them is no result."""
    from vsat_core.errors import InputError
    from vsat_core.history.recording import take_in
    from vsat_core.history.store import default_file, opened

    if not args.files:
        raise InputError("history import: expected JSON files of vsat bench, evaluate or matrix")
    failed = False
    file = args.history or default_file()
    with opened(file, new=True) as store:
        for path in args.files:
            try:
                new, n = take_in(store, path, args.commit)
            except InputError as error:
                failed = True
                print(f"vsat: {error}", file=sys.stderr)
            else:
                print(f"{path}: {n} figures" if new else f"{path}: is there already")
    print(f"history: {file}")
    return 2 if failed else 0


def _judged(args: argparse.Namespace) -> list[Judgement]:
    """The chosen series, worse first, machine by machine."""
    from vsat_core.errors import InputError
    from vsat_core.history.report import by_machine
    from vsat_core.history.series import all_series, chosen
    from vsat_core.history.store import default_file, opened
    from vsat_core.history.verdicts import LAST, judge

    args.last = args.last or LAST
    threshold = _threshold(args)
    file = args.history or default_file()
    with opened(file) as store:
        series = chosen(all_series(store.measurements()), {n: getattr(args, n) for n in FILTERS})
    if not series:
        raise InputError(f"{file}: nothing was measured that all of these options name")
    judgements = [judge(one, args.last, threshold) for one in series]
    return [one for group in by_machine(judgements).values() for one in group]


def _threshold(args: argparse.Namespace) -> float:
    """The change that matters, as a share."""
    from vsat_core.history.verdicts import THRESHOLD

    return THRESHOLD if args.fail_above is None else float(args.fail_above) / 100


def _print(args: argparse.Namespace, judgements: Sequence[Judgement]) -> None:
    """JSON, or a table for each machine with what else changed below it."""
    from vsat_core.cli.terminal import note, table, terminal
    from vsat_core.history.report import COLUMNS, RIGHT, as_json, by_machine, row
    from vsat_core.printable import one_line

    if args.json:
        import json

        print(json.dumps(as_json(judgements, args.last, _threshold(args)), indent=1))
        return
    console = terminal()
    for machine, group in by_machine(judgements).items():
        console.print(one_line(machine), style="bold")
        rows = ([one_line(cell) for cell in row(one)] for one in group)
        console.print(table(COLUMNS, rows, right=RIGHT))
        for one in group:
            if one.also_changed:
                title = f"{one.series.key.title}, at the same commit:"
                note(console, one_line(title), one_line("; ".join(one.also_changed)))
        console.print()


def _draw(args: argparse.Namespace, judgements: Sequence[Judgement]) -> None:
    from vsat_core.history.picture import MOST, picture
    from vsat_core.measure.plots import save

    save(picture(judgements), args.out)
    n = len(judgements)
    some = f": {MOST} of {n} series; --metric, --operation, --recording choose others"
    print(f"written to {args.out}{some if n > MOST else ''}", file=sys.stderr)


def _failing(args: argparse.Namespace, judgements: Sequence[Judgement]) -> int:
    """1 with a line for each series above the limit, else 0."""
    from vsat_core.history.verdicts import exceeding

    if args.fail_above is None:
        return 0
    above = exceeding(judgements, args.fail_above / 100)
    for one in above:
        since = one.since.commit or one.since.time if one.since else ""
        print(
            f"vsat: {one.series.key.title}: {100 * one.change:.1f} % {one.verdict} since {since}, "
            f"more than {args.fail_above:g} %",
            file=sys.stderr,
        )
    return 1 if above else 0


def _check(out: Path | None) -> None:
    """What the fit and the picture need. Raises VsatError."""
    from vsat_core.contract.models import Package
    from vsat_core.errors import InputError, OutputError

    needed = [Package("ruptures", extra="history")]
    if out is not None:
        if out.suffix not in ENDINGS:
            raise OutputError(f"{out}: pictures end in {' or '.join(ENDINGS)}")
        needed.append(Package("matplotlib", extra="plot"))
    for package in needed:
        if not package.found():
            raise InputError(f"vsat history {package.remedy()}")


def _positive(text: str) -> int:
    number = int(text)
    if number < 1:
        raise argparse.ArgumentTypeError(f"needs a number of at least 1, got {text}")
    return number
