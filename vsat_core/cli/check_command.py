"""`vsat check`: whether variants keep the contract of their stage."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import TYPE_CHECKING

from vsat_core.cli.options import plugin_option

if TYPE_CHECKING:
    from rich.console import Console

    from vsat_core.checks import CheckReport

COLUMNS = ("stage", "variant", "result", "agrees with", "as its card says", "seconds")
EXIT_FAILED = 1


def configure(parser: argparse.ArgumentParser) -> None:
    """Declare the options."""
    parser.add_argument(
        "variants",
        nargs="*",
        metavar="VARIANT",
        help="method.technique, or a method for all its techniques (default: every variant)",
    )
    parser.add_argument("--stage", help="only variants of this stage")
    plugin_option(parser)
    parser.add_argument(
        "--seed", type=int, default=0, metavar="N", help="of the generated inputs (default 0)"
    )
    parser.add_argument(
        "--recording",
        type=Path,
        metavar="FILE",
        help="speech to check with; NAME.rttm and NAME.ctm next to it are its references (default: "
        "the "
        "conversation of test_data, or synthesised speech where there is none)",
    )


def main(args: argparse.Namespace) -> int:
    """Check; one line for each problem, then a table. 1 if there are problems."""
    from vsat_core.checks import check_variant, select, suite
    from vsat_core.cli.terminal import counting, note, terminal
    from vsat_core.config.registry import load
    from vsat_core.errors import InputError, PluginError

    if args.seed < 0:
        raise InputError(f"--seed: expected at least 0, got {args.seed}")
    if missing := next((f for f in args.plugins if not f.is_file()), None):
        raise PluginError(f"{missing}: there is no such plugin file; check the name")
    registry = load(args.plugins)
    chosen = select(registry, args.variants, args.stage)
    console = terminal()
    reports: list[CheckReport] = []
    with (
        suite(registry, args.seed, args.recording) as checks,
        counting("checking", len(chosen)) as tick,
    ):
        for variant in chosen:
            tick(f"{variant.stage} {variant.name}")
            reports.append(check_variant(checks, variant))
            for problem in reports[-1].problems:
                note(console, "problem", problem.line(), "red")
            for line in reports[-1].notes:
                note(console, "note", f"{variant.stage} {variant.name}: {line}")
    for broken in registry.broken:
        note(console, "broken plugin", f"{broken.plugin}: {broken.reason}", "red")
    _show(console, reports)
    return EXIT_FAILED if any(r.problems for r in reports) or registry.broken else 0


def _show(console: Console, reports: list[CheckReport]) -> None:
    """A row a variant, and how many of them passed."""
    from vsat_core.cli.terminal import table

    shown, last = table(COLUMNS, (), right=(5,)), ""
    for report in reports:
        stage = report.variant.stage
        style = "red" if report.problems else "yellow" if report.skipped else None
        agrees = report.skipped or report.compared or "(others agree with it)"
        shown.add_row(
            stage if stage != last else "",
            report.variant.name,
            report.result,
            agrees,
            "" if report.skipped else report.agreement,
            f"{report.seconds:.1f}",
            style=style,
        )
        last = stage
    console.print(shown)
    failed = sum(bool(r.problems) for r in reports)
    skipped = sum(bool(r.skipped) for r in reports)
    passed = len(reports) - failed - skipped
    console.print(f"{passed} of {len(reports)} variants passed, {failed} failed, {skipped} skipped")
