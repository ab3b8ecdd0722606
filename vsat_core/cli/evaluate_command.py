"""`vsat evaluate`: profiles on recordings with references, under one protocol."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from vsat_core import DEFAULT_PROFILE
from vsat_core.cli.options import change_options, executor_option
from vsat_core.cli.score_command import protocol_options, protocols
from vsat_core.printable import say

if TYPE_CHECKING:
    from vsat_core.evaluate.evaluation import Evaluation
    from vsat_core.evaluate.tables import Table


def configure(parser: argparse.ArgumentParser) -> None:
    """Declare the options."""
    parser.add_argument(
        "manifest",
        type=Path,
        metavar="MANIFEST",
        help="JSON list of {id, audio, seconds, speakers, rttm, transcript, environment, stm, "
        "ctm}, paths relative to its folder",
    )
    parser.add_argument(
        "ids", nargs="*", metavar="ID", help="only these recordings (right after MANIFEST)"
    )
    parser.add_argument(
        "--only", action="append", default=[], metavar="ID,ID", help="only these recordings"
    )
    parser.add_argument(
        "--profile",
        dest="profiles",
        action="append",
        metavar="PROFILE",
        help="name or path; may be repeated, all are compared with the first "
        f"(default {DEFAULT_PROFILE})",
    )
    parser.add_argument(
        "--out",
        type=Path,
        default=Path("evaluation"),
        help="folder for results and reports (default ./evaluation)",
    )
    parser.add_argument(
        "--resume",
        action="store_true",
        help="keep results in --out made with the same profile, code, models and audio",
    )
    protocol_options(parser)
    parser.add_argument(
        "--num-speakers-from-reference",
        action="store_true",
        help="give the clustering the number of speakers (an oracle; reports say so)",
    )
    parser.add_argument(
        "--no-cache",
        action="store_true",
        help="neither use nor keep stored results of stages; needed to time every recording",
    )
    executor_option(parser)
    change_options(parser)


def main(args: argparse.Namespace) -> int:
    """Run, score, show and write; 2 if a recording failed."""
    from vsat_core.cli.terminal import counting
    from vsat_core.evaluate.scores import REGION, Rules
    from vsat_core.evaluate.session import EvaluationRequest, evaluate, plan, write_reports
    from vsat_core.evaluate.tables import tables
    from vsat_core.executors.choice import LOCAL, cluster_of

    only = (name.strip() for names in args.only for name in names.split(","))
    request = EvaluationRequest(
        args.manifest,
        [*args.ids, *filter(None, only)],
        args.profiles or [DEFAULT_PROFILE],
        Rules(protocols(args, REGION), args.num_speakers_from_reference),
        args.out,
        args.settings,
        args.plugins,
        not args.no_cache,
        args.resume,
        None if args.executor == LOCAL else cluster_of(args.executor),
    )
    ready = plan(request)
    with counting("evaluating", len(ready.entries) * len(ready.profiles)) as tick:
        evaluation = evaluate(ready, tick)
    shown = tables(evaluation)
    _show(evaluation, shown)
    write_reports(evaluation, shown, args.out)
    folders = ", ".join(f"{system.name}/" for system in evaluation.systems)
    print(f"written to {args.out}: evaluation.json, evaluation.md, and every result in {folders}")
    return 2 if any(system.failed for system in evaluation.systems) else 0


def _show(evaluation: Evaluation, tables: list[Table]) -> None:
    """Protocol, tables, failures, what was left out."""
    from vsat_core.cli.terminal import note, table, terminal
    from vsat_core.evaluate.evaluation import REMEDY

    console = terminal()
    for line in evaluation.lines():
        console.print(line, soft_wrap=True)
    for one in tables:
        console.print(f"\n{one.title}", style="bold")
        console.print(table(one.columns, one.rows, right=one.figures))
    for system in evaluation.systems:
        for row in system.failed:
            say(f"vsat: {row.entry.id} ({system.name}): {row.failure}", file=sys.stderr)
    if evaluation.left_out:
        note(console, "left out:", f"{', '.join(e.id for e in evaluation.left_out)}; {REMEDY}")
