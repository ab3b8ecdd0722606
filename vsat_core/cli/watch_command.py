"""`vsat watch`: recordings are transcribed as they arrive in a folder."""

from __future__ import annotations

import argparse
from pathlib import Path

from vsat_core.cli.choosing import demand_options, library_to_fill
from vsat_core.cli.options import format_option, library_option, profile_options

INTERVAL_S, SETTLE_S = 5.0, 10.0


def configure(parser: argparse.ArgumentParser) -> None:
    """Declare the options."""
    parser.add_argument("folder", type=Path, metavar="FOLDER", help="where recordings arrive")
    profile_options(parser, default=None)
    parser.add_argument("--out", type=Path, help="folder for results (default ./transcripts)")
    format_option(parser)
    demand_options(parser)
    library_option(parser)
    parser.add_argument(
        "--interval",
        type=float,
        default=INTERVAL_S,
        metavar="S",
        help=f"seconds between looks at the folder (default {INTERVAL_S:g})",
    )
    parser.add_argument(
        "--settle",
        type=float,
        default=SETTLE_S,
        metavar="S",
        help="seconds without a change after which a file has arrived "
        f"(default {SETTLE_S:g}); more for slow networks",
    )
    parser.add_argument(
        "--jobs",
        type=int,
        default=0,
        metavar="N",
        help="recordings worked on at the same time (default: what cores and memory allow)",
    )
    parser.add_argument(
        "--no-cache", action="store_true", help="neither use nor keep stored results"
    )


def main(args: argparse.Namespace) -> int:
    """Watch until stopped, which is how it ends: exit code 0."""
    from vsat_core.cli.choosing import chosen_profile
    from vsat_core.cli.run_command import check_channels
    from vsat_core.cli.watch_lines import WatchLines
    from vsat_core.config.user_config import user_config
    from vsat_core.engine.atomic_files import check_folder
    from vsat_core.engine.result import RUN_TARGETS
    from vsat_core.watch.arrivals import Arrivals
    from vsat_core.watch.loop import Watch

    _check(args)
    out = args.out or user_config().folder
    profile = chosen_profile(args, RUN_TARGETS)
    check_channels(profile, RUN_TARGETS)
    check_folder(out)
    lines = WatchLines(args.debug)
    watch = Watch(
        args.folder,
        out,
        profile,
        args.plugins,
        lines,
        lines.problem,
        jobs=args.jobs,
        cached=not args.no_cache,
        library=library_to_fill(args, out),
    )
    lines.say(f"watching {args.folder}, results go to {out}; Ctrl-C stops")
    try:
        watch.run(Arrivals(args.folder, args.settle), args.interval)
    except KeyboardInterrupt:
        lines.say(f"stopped: {lines.summary()}")
    return 0


def _check(args: argparse.Namespace) -> None:
    """Raises InputError."""
    from vsat_core.errors import InputError

    if not args.folder.is_dir():
        raise InputError(f"{args.folder}: expected a folder to watch; check the name")
    if args.interval < 0.1:
        raise InputError(f"--interval: expected at least 0.1, got {args.interval:g}")
    if args.settle < 0:
        raise InputError(f"--settle: expected at least 0, got {args.settle:g}")
    if args.jobs < 0:
        raise InputError(f"--jobs: expected at least 1, got {args.jobs}")
