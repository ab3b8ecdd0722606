"""What all optimizations together changed, from the recorded JSON alone."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from rich.console import Console

    from tools.optimizations.results import Results

DOCS = Path("docs")


def configure(parser: argparse.ArgumentParser) -> None:
    """Declare the options."""
    parser.add_argument(
        "--metrics",
        type=Path,
        default=Path("metrics"),
        metavar="FOLDER",
        help="where the recorded results are (default ./%(default)s)",
    )
    parser.add_argument(
        "--write",
        type=Path,
        metavar="FOLDER",
        help="write results.md and decisions.md there, such as docs",
    )
    parser.add_argument(
        "--check",
        type=Path,
        nargs="?",
        const=DOCS,
        metavar="FOLDER",
        help="exit with 1 if the pages there are not what would be written (default ./docs)",
    )


def run(args: argparse.Namespace) -> int:
    """Print the cumulative tables; write the pages, or compare with them."""
    from tools.optimizations.pages import differing, write_pages
    from tools.optimizations.results import read_results
    from vsat_core.cli.terminal import terminal
    from vsat_core.errors import OutputError

    if args.write and not args.write.is_dir():
        raise OutputError(f"{args.write}: no such folder; make it, or name another with --write")
    results = read_results(args.metrics)
    if args.check:
        stale = differing(results, args.check)
        for path in stale:
            print(
                f"vsat: {path}: differs from the recorded results; run "
                f"python -m tools.optimizations --write {path.parent}",
                file=sys.stderr,
            )
        return 1 if stale else 0
    changed = write_pages(results, args.write) if args.write else []
    _show(terminal(), results)
    if args.write:
        print(
            "\n".join(f"written to {path}" for path in changed)
            or f"{args.write}: nothing has changed"
        )
    return 0


def _show(console: Console, results: Results) -> None:
    """The tables a person wants first, and what they were taken on."""
    from tools.optimizations.entries import KEPT
    from tools.optimizations.pages import (
        PAIRS,
        RATES,
        TIMES,
        goals,
        line_cells,
        overall,
        pair_cells,
        pairs_in_order,
        rate_cells,
    )

    plan = results.plan
    console.print(
        f"{plan.optimized} against {plan.base}; →: from {plan.base} to {plan.optimized}\n"
    )
    _table(console, TIMES, map(line_cells, overall(results)))
    console.print("\n" + "\n".join(goals(results)).replace("**", "") + "\n")
    _table(console, RATES, map(rate_cells, results.rates))
    console.print("")
    _table(console, TIMES, map(line_cells, (s for s in results.stages if s.comparison)))
    console.print("")
    _table(console, PAIRS, (pair_cells(e, p) for e, p in pairs_in_order(results.entries)))
    if results.commands:
        console.print("\nnot recorded yet; these commands record it:")
        for command in results.commands:
            console.print(f"  {command}", soft_wrap=True)
    if results.machines:
        console.print(f"\nmeasured on {'; '.join(results.machines)}")
    kept = sum(e.status == KEPT for e in results.entries)
    console.print(
        f"{len(results.entries)} recorded optimizations: {kept} kept, "
        f"{len(results.entries) - kept} left out"
    )


def _table(console: Console, header: Sequence[str], rows: Iterable[Sequence[str]]) -> None:
    from rich.table import Table

    table = Table(box=None, pad_edge=False, header_style="bold")
    for name in header:
        table.add_column(name, overflow="fold")
    for cells in rows:
        table.add_row(*(c.replace("`", "").replace("**", "") for c in cells))
    if table.row_count:
        console.print(table)


def main(argv: Sequence[str] | None = None) -> int:
    """Run the command line; 2 and one line for what the user can mend."""
    from vsat_core.errors import VsatError

    parser = argparse.ArgumentParser(prog="python -m tools.optimizations", description=__doc__)
    configure(parser)
    try:
        return run(parser.parse_args(argv))
    except VsatError as error:
        print(f"vsat: {error}", file=sys.stderr)
        return 2


if __name__ == "__main__":
    sys.exit(main())
