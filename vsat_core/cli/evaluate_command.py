"""`vsat evaluate`: profiles on recordings with references, under one protocol."""

from __future__ import annotations

import argparse
import math
import sys
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from vsat_core.evaluate.evaluation import Evaluation
    from vsat_core.evaluate.scores import Rules
    from vsat_core.evaluate.tables import Table


def configure(parser: argparse.ArgumentParser) -> None:
    """Declare the options."""
    parser.add_argument(
        "manifest",
        type=Path,
        metavar="MANIFEST",
        help="JSON list of {id, audio, seconds, speakers, rttm, transcript, environment, stm, "
        "ctm}, "
        "paths relative to its folder",
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
        "(default fast-quiet-room)",
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
    parser.add_argument(
        "--collar",
        type=float,
        metavar="SECONDS",
        help="leave out so much on each side of a reference boundary (default: both 0 and 0.25)",
    )
    parser.add_argument(
        "--skip-overlap", action="store_true", help="leave out where several people talk at once"
    )
    parser.add_argument(
        "--word-collar",
        type=float,
        default=5.0,
        metavar="SECONDS",
        help="how far apart a word may be for tcpWER (default %(default)g)",
    )
    parser.add_argument(
        "--normaliser",
        default="standard/1",
        help="text rules: standard/1, letters/1 or none (default %(default)s)",
    )
    parser.add_argument(
        "--num-speakers-from-reference",
        action="store_true",
        help="tell the clustering how many people talk (an oracle; reports say so)",
    )
    parser.add_argument(
        "--no-cache",
        action="store_true",
        help="neither use nor keep stored results of stages; needed to time every recording",
    )
    parser.add_argument(
        "--set",
        dest="settings",
        action="append",
        default=[],
        metavar="stages.X.KEY=VALUE",
        help="change one value of every profile; may be repeated",
    )
    parser.add_argument(
        "--plugin",
        dest="plugins",
        action="append",
        default=[],
        type=Path,
        metavar="FILE",
        help="a loose plugin file; may be repeated",
    )


def main(args: argparse.Namespace) -> int:
    """Run, score, show and write; 2 if a recording failed."""
    from vsat_core import DEFAULT_PROFILE
    from vsat_core.cli.terminal import counting
    from vsat_core.evaluate.session import Request, evaluate, plan, write_reports
    from vsat_core.evaluate.tables import tables

    ids = [
        *args.ids,
        *(name.strip() for part in args.only for name in part.split(",") if name.strip()),
    ]
    ready = plan(
        Request(
            args.manifest,
            ids,
            args.profiles or [DEFAULT_PROFILE],
            _rules(args),
            args.out,
            args.settings,
            args.plugins,
            not args.no_cache,
            args.resume,
        )
    )
    with counting("evaluating", ready.n_runs) as tick:
        evaluation = evaluate(ready, tick)
    found = tables(evaluation)
    _show(evaluation, found)
    write_reports(evaluation, found, args.out)
    folders = ", ".join(f"{system.name}/" for system in evaluation.systems)
    print(f"written to {args.out}: evaluation.json, evaluation.md, and every result in {folders}")
    return 2 if any(system.failed for system in evaluation.systems) else 0


def _rules(args: argparse.Namespace) -> Rules:
    """The scoring protocol, one for each collar. Raises InputError."""
    from vsat_core.cli.score_command import COLLARS_S
    from vsat_core.errors import InputError, nearest
    from vsat_core.evaluate.scores import REGION, Rules
    from vsat_core.scoring.normalise import NORMALISERS
    from vsat_core.scoring.protocol import Protocol

    for option, value in (("--collar", args.collar), ("--word-collar", args.word_collar)):
        if value is not None and not 0 <= value < math.inf:
            raise InputError(f"{option}: needs seconds of 0 or more, got {value:g}")
    if args.normaliser not in NORMALISERS:
        hint = nearest(args.normaliser, NORMALISERS)
        raise InputError(
            f"there is no normaliser {args.normaliser!r}{hint}; there are {', '.join(NORMALISERS)}"
        )
    collars = COLLARS_S if args.collar is None else (args.collar,)
    protocols = (
        Protocol(c, args.skip_overlap, REGION, args.word_collar, args.normaliser) for c in collars
    )
    return Rules(tuple(protocols), args.num_speakers_from_reference)


def _show(evaluation: Evaluation, tables: list[Table]) -> None:
    """Protocol, tables, failures, what was left out."""
    from rich import table as rich

    from vsat_core.cli.terminal import note, terminal
    from vsat_core.evaluate.evaluation import REMEDY

    console = terminal()
    for line in evaluation.lines():
        console.print(line, soft_wrap=True)
    for one in tables:
        console.print(f"\n{one.title}", style="bold")
        grid = rich.Table(box=None, pad_edge=False, header_style="bold")
        for i, name in enumerate(one.columns):
            words = i < one.n_text
            grid.add_column(
                name, justify="left" if words else "right", no_wrap=words, overflow="fold"
            )
        for cells in one.rows:
            grid.add_row(*cells)
        console.print(grid)
    for system in evaluation.systems:
        for row in system.failed:
            print(f"vsat: {row.entry.id} ({system.name}): {row.failure}", file=sys.stderr)
    if evaluation.left_out:
        note(console, "left out:", f"{', '.join(e.id for e in evaluation.left_out)}; {REMEDY}")
