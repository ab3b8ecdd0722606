"""`vsat matrix`: every combination of variants on the user's recordings, measured or composed, and
what to use.
"""

from __future__ import annotations

import argparse
import shlex
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from vsat_core import DEFAULT_PROFILE
from vsat_core.cli.history_options import history_options
from vsat_core.cli.matrix_folder import check_out, output_options
from vsat_core.cli.number_options import number_options, numbers_of
from vsat_core.cli.on_machine import elsewhere
from vsat_core.cli.options import executor_option, plugin_option
from vsat_core.matrix.planning.numbers import CONSTRAINTS, MEASURING, NUMBERS

if TYPE_CHECKING:
    from vsat_core.matrix.planning.plan import MatrixPlan
    from vsat_core.matrix.planning.request import MatrixRequest

FOLDER = Path("matrix")


def configure(parser: argparse.ArgumentParser) -> None:
    """Declare the options."""
    parser.add_argument(
        "files",
        nargs="*",
        type=Path,
        metavar="RECORDING",
        help="with NAME.rttm, NAME.stm, .ctm or .txt next to it as references, if there are any",
    )
    parser.add_argument(
        "--profile",
        default=DEFAULT_PROFILE,
        help="the profile to start from; its [matrix] table is read (default %(default)s)",
    )
    parser.add_argument(
        "--stage",
        dest="stages",
        action="append",
        default=[],
        metavar="STAGE=VARIANT,...",
        help="choose from these variants only, such as cluster=ahc.*,vbx.vectorized; may be "
        "repeated",
    )
    parser.add_argument(
        "--references",
        type=Path,
        metavar="FOLDER",
        help="where references are (default: next to the recordings)",
    )
    parser.add_argument("--dry-run", action="store_true", help="say what would be done, and stop")
    parser.add_argument(
        "--full", action="store_true", help="run every combination end to end (small matrices)"
    )
    parser.add_argument(
        "--verbose", action="store_true", help="print all tables, which the page holds as well"
    )
    parser.add_argument(
        "--search",
        action="store_true",
        help="instead of variants, search the numbers that the profile's [matrix.search] names",
    )
    _number_options(parser)
    output_options(parser, FOLDER)
    executor_option(parser)
    plugin_option(parser)
    history_options(parser)


def _number_options(parser: argparse.ArgumentParser) -> None:
    """Declare how to measure, and what a recommendation keeps to."""
    measuring = parser.add_argument_group("measuring")
    limits = parser.add_argument_group("what is recommended keeps to")
    number_options(measuring, MEASURING)
    number_options(limits, CONSTRAINTS, max_memory=_megabytes)
    limits.add_argument(
        "--any-method",
        action="store_true",
        help="measure and recommend also methods that no profile uses",
    )


def main(args: argparse.Namespace) -> int:
    """Plan, and unless it is a dry run measure, recommend and write."""
    from vsat_core.cli.history_options import keep
    from vsat_core.cli.matrix_summary import show_summary
    from vsat_core.cli.matrix_tables import show_details, show_plan
    from vsat_core.cli.terminal import note, terminal
    from vsat_core.config.profile import read
    from vsat_core.matrix.planning.plan import plan

    if (code := elsewhere(args, not (args.search or args.dry_run))) is not None:
        return code
    if args.search:
        from vsat_core.cli.matrix_search import search

        return search(args)
    ready = plan(requested(args))
    console = terminal()
    if "search" in read(args.profile).matrix:
        note(console, "note:", "[matrix.search] of the profile is used with --search only")
    if args.dry_run:
        show_plan(console, ready)
        return 0
    check_out(args.out, args.resume)
    results, written = carry_out(ready, args.argv)
    if args.verbose:
        show_details(console, results)
    show_summary(console, results, written)
    keep(args, results)
    return 0 if "recommended" in results["subsets"][0]["marks"] else 2


def carry_out(ready: MatrixPlan, argv: Sequence[str]) -> tuple[dict[str, Any], list[Path]]:
    """Measure with a bar, then write everything, with the command that does it again. Returns the
    results and the files.
    """
    from vsat_core.cli.terminal import counting
    from vsat_core.matrix.output.profiles import write_all
    from vsat_core.matrix.session import n_ticks, run

    with counting("matrix", n_ticks(ready)) as tick:
        outcome = run(ready, tick)
    return write_all(outcome, shlex.join(["vsat", *argv]))


def requested(args: argparse.Namespace) -> MatrixRequest:
    """The request that the options and the profile's table make. Raises VsatError."""
    from vsat_core.config.profile import read
    from vsat_core.errors import InputError
    from vsat_core.matrix.planning.request import request

    stages = {}
    for text in args.stages:
        stage, equals, patterns = text.partition("=")
        if not equals:
            raise InputError(
                f"--stage {text}: expected STAGE=VARIANT,VARIANT such as cluster=ahc.*"
            )
        stages[stage.strip()] = [p.strip() for p in patterns.split(",") if p.strip()]
    given = numbers_of(args, NUMBERS) | {"stages": stages}
    return request(
        read(args.profile).matrix,
        given,
        args.profile,
        args.files,
        args.out,
        full=args.full,
        name=args.name,
        any_method=args.any_method,
        plugins=tuple(args.plugins),
        references=args.references,
    )


def _megabytes(text: str) -> float:
    """2GB, 800MB or 800 for argparse."""
    units = {"gb": 1000.0, "mb": 1.0, "": 1.0}
    number = text.strip().lower().rstrip("gmb")
    unit = text.strip().lower()[len(number) :]
    try:
        value = float(number) * units[unit.strip()]
    except (ValueError, KeyError):
        value = -1.0
    if not 0 <= value < float("inf"):
        raise argparse.ArgumentTypeError(f"needs a size such as 2GB or 800MB, got {text}")
    return value
