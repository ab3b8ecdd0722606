"""`vsat run --stop-after` and `--from`: a run that ends early, or begins again in the middle."""

from __future__ import annotations

import argparse
import shlex
from collections.abc import Sequence
from typing import TYPE_CHECKING

from vsat_core.cli.choosing import as_typed

if TYPE_CHECKING:
    from vsat_core.contract.graph import Graph

FILE_OPTIONS = {  # about files, which a run that stops early does not write
    "overwrite": "--overwrite",
    "skip_existing": "--skip-existing",
    "retry_failed": "--retry-failed",
    "name": "--name",
}


def range_options(parser: argparse.ArgumentParser) -> None:
    """Declare the options."""
    parser.add_argument(
        "--stop-after",
        metavar="STAGE",
        help="stop when this stage, such as cluster, and what it needs are computed: no files are "
        "written",
    )
    parser.add_argument(
        "--from",
        dest="again_from",
        metavar="STAGE",
        help="compute this stage and all that follows from it again, even if their results are "
        "stored; earlier results are taken as stored",
    )


def check_range(args: argparse.Namespace, graph: Graph) -> None:
    """Both name stages of this graph, and no option speaks against them. Raises InputError."""
    from vsat_core.errors import InputError

    for option, stage in (("--stop-after", args.stop_after), ("--from", args.again_from)):
        if stage is not None and stage not in graph:
            raise InputError(f"{option}: {graph.unknown(stage)}")
    stop, first = args.stop_after, args.again_from
    if first and args.no_cache:
        raise InputError(
            f"--from {first} takes earlier results from those stored, which --no-cache leaves "
            "alone; leave one of the two out"
        )
    if stops_early(args, graph):
        if args.no_cache:
            raise InputError(
                f"--stop-after {stop} writes no files and --no-cache stores no results, so nothing "
                "would be left; leave one of the two out"
            )
        if given := next((o for name, o in FILE_OPTIONS.items() if getattr(args, name)), None):
            raise InputError(
                f"{given} is about files, and --stop-after {stop} writes none; leave one of the "
                "two out"
            )


def stops_early(args: argparse.Namespace, graph: Graph) -> bool:
    """Whether the run ends before files are written."""
    from vsat_core.artifacts import Files

    return args.stop_after is not None and graph[args.stop_after].gives is not Files


def stages_again(args: argparse.Namespace, graph: Graph, targets: Sequence[str]) -> list[str]:
    """The stages that are computed even if they are stored. Raises InputError where the run does
    not need the first of them.
    """
    from vsat_core.errors import InputError

    if args.again_from is None:
        return []
    used = graph.needed_for(targets)
    if args.again_from not in used:
        raise InputError(
            f"--from {args.again_from}: this run does not need that stage; it computes "
            f"{', '.join(used)}"
        )
    return [stage for stage in graph.downstream_of(args.again_from) if stage in used]


def how_to_look(args: argparse.Namespace, recording: str) -> str:
    """The command that shows what a run that ended early has computed."""
    words = ["vsat", "inspect", args.stop_after, recording, *as_typed(args)]
    return f"look at it: {shlex.join(words)}"
