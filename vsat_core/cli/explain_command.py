"""`vsat explain`: what a run takes from the cache, what it computes, and why."""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from vsat_core.cli.choosing import chosen_profile, demand_options
from vsat_core.cli.options import profile_options

if TYPE_CHECKING:
    from vsat_core.explain.report import StageReport

COLUMNS = ("stage", "variant", "", "seconds", "peak MB", "gives", "why")


def configure(parser: argparse.ArgumentParser) -> None:
    """Declare the options."""
    parser.add_argument(
        "recording", nargs="?", type=Path, metavar="RECORDING", help="an audio or video file"
    )
    profile_options(parser, default=None)
    demand_options(parser)
    parser.add_argument(
        "--last",
        action="store_true",
        help="what the last run over this recording did, instead of what the next one would do",
    )
    parser.add_argument(
        "--matrix",
        type=Path,
        metavar="FILE",
        help="a matrix.json of vsat matrix: explain one of its combinations instead of a run",
    )
    parser.add_argument(
        "--row",
        default="recommended",
        metavar="ROW",
        help="with --matrix: recommended, anchor, baseline, or a number, 1 for the fastest "
        "(default %(default)s)",
    )
    parser.add_argument("--svg", type=Path, metavar="FILE", help="draw the graph to this file too")


def main(args: argparse.Namespace) -> int:
    """Print the stages as a table, and draw them."""
    from vsat_core.errors import InputError

    if args.matrix is not None:
        if args.recording or args.last:
            raise InputError(
                "--matrix explains a combination and no run; leave the recording and --last out"
            )
        return _matrix(args)
    if args.recording is None:
        raise InputError("name a recording, or a matrix.json with --matrix")
    if args.recording.is_dir():
        raise InputError(f"{args.recording}: is a folder; vsat explain takes one recording")
    return _last(args) if args.last else _next(args)


def _next(args: argparse.Namespace) -> int:
    """What the next run would do."""
    from vsat_core.artifacts import Source
    from vsat_core.engine.cache import Cache
    from vsat_core.engine.result import RUN_TARGETS
    from vsat_core.explain.by_channel import forecast

    profile = chosen_profile(args, RUN_TARGETS)
    targets = profile.graph.stages_for(RUN_TARGETS)
    reports = forecast(profile, Cache(), Source(args.recording), targets)
    _show(args, f"{args.recording.name}: the next run, profile {profile.name}", reports)
    known = [r.seconds for r in reports if r.earlier and r.state == "compute" and r.seconds]
    if known:
        print(
            f"figures in brackets: what it took the last time; for what is to be computed, "
            f"{sum(known):.1f} s together"
        )
    return 0


def _last(args: argparse.Namespace) -> int:
    """What the last run did."""
    from vsat_core.artifacts import Source
    from vsat_core.engine.cache import Cache
    from vsat_core.errors import InputError
    from vsat_core.explain.forecast import date
    from vsat_core.explain.history import History
    from vsat_core.explain.last_run import last_run

    history = History(Cache(), args.recording, Source(args.recording).digest())
    record = history.record
    if record is None:
        raise InputError(
            f"{args.recording}: no run over this file is on record; vsat run makes one (without "
            "--no-cache)"
        )
    when = f"{date(record.when)}, profile {record.profile}"
    _show(args, f"{args.recording.name}: the run of {when}", last_run(history))
    if not record.complete:
        print("it was stopped, or failed, after these stages")
    if record.source != history.source:
        print("the recording has other content now")
    return 0


def _matrix(args: argparse.Namespace) -> int:
    """One combination of a matrix."""
    from vsat_core.config.registry import load
    from vsat_core.explain.matrix_row import matrix_row, read_matrix

    results = read_matrix(args.matrix)
    row = matrix_row(results, args.row, load(args.plugins))
    _show(args, f"{args.matrix.name}: {row.title}", row.reports)
    files = ", ".join(file["name"] for file in results["files"])
    own = "memory of a stage is that" if row.over_all else "figures of a stage are those"
    print(
        f"all together, composed: {row.seconds:.2f} s over {files}, peak memory {row.peak_mb:.0f} "
        f"MB; {own} on the first recording, models loaded"
    )
    return 0


def _show(args: argparse.Namespace, title: str, reports: Sequence[StageReport]) -> None:
    """The table; the picture, if it was asked for."""
    from vsat_core.cli.terminal import table, terminal
    from vsat_core.engine.atomic_files import write_text
    from vsat_core.explain.costs import memory_of, seconds_of
    from vsat_core.explain.picture import picture
    from vsat_core.printable import one_line

    console = terminal()
    rows = [
        (
            r.stage,
            r.variant,
            "" if r.state == "measured" else r.state,
            seconds_of(r),
            memory_of(r),
            r.answer,
            "; ".join(r.why),
        )
        for r in reports
    ]
    console.print(one_line(title), soft_wrap=True)
    console.print(table(COLUMNS, rows, right=(3, 4)))
    if args.svg:
        write_text(args.svg, picture(one_line(title), reports))
        print(f"drawn to {args.svg}")
