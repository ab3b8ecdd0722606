"""`vsat matrix`: every combination of variants on the user's recordings, measured or composed, and
what to use.
"""

from __future__ import annotations

import argparse
import shlex
from pathlib import Path
from typing import TYPE_CHECKING, Any

from vsat_core import DEFAULT_PROFILE

if TYPE_CHECKING:
    from vsat_core.matrix.planning.request import Request

FOLDER = Path("matrix")


def configure(parser: argparse.ArgumentParser) -> None:
    """Declare the options."""
    parser.add_argument(
        "files",
        nargs="*",
        type=Path,
        metavar="RECORDING",
        help="with NAME.rttm, NAME.stm, .ctm or .txt beside it as references, if there are any",
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
        "--references", type=Path, metavar="FOLDER", help="where references are (default: beside)"
    )
    parser.add_argument(
        "--out", type=Path, default=FOLDER, metavar="FOLDER", help="(default ./%(default)s)"
    )
    parser.add_argument("--resume", action="store_true", help="go on with what is in --out")
    parser.add_argument("--dry-run", action="store_true", help="say what would be done, and stop")
    parser.add_argument(
        "--full", action="store_true", help="run every combination whole (for small matrices)"
    )
    measuring = parser.add_argument_group("measuring")
    measuring.add_argument(
        "--rounds", type=int, metavar="N", help="timed calls a process (default 3)"
    )
    measuring.add_argument(
        "--processes", type=int, metavar="N", help="fresh processes for each variant (default 2)"
    )
    measuring.add_argument(
        "--threads", type=int, metavar="N", help="of each process (default: one a core)"
    )
    measuring.add_argument(
        "--budget",
        type=float,
        metavar="S",
        help="seconds for all calls of one variant on one input (default 5, 0: no bound)",
    )
    measuring.add_argument(
        "--timeout", type=float, metavar="S", help="seconds a call may take (default 600)"
    )
    measuring.add_argument(
        "--memory-limit", type=float, metavar="MB", help="stop a process above this"
    )
    measuring.add_argument(
        "--sample", type=int, metavar="N", help="random combinations run whole (default 2)"
    )
    measuring.add_argument(
        "--seed", type=int, metavar="N", help="of orders and the sample (default 1)"
    )
    limits = parser.add_argument_group("what is recommended keeps to")
    limits.add_argument(
        "--max-memory", type=_megabytes, metavar="SIZE", help="such as 2GB or 800MB"
    )
    limits.add_argument("--max-wer", type=float, metavar="RATE", help="such as 0.15")
    limits.add_argument("--max-der", type=float, metavar="RATE", help="such as 0.1")
    limits.add_argument("--realtime", type=float, metavar="FACTOR", help="such as 0.05")
    limits.add_argument(
        "--loss",
        type=float,
        metavar="RATE",
        help="without limits: how many more errors than --profile are allowed (default 0.01)",
    )
    limits.add_argument(
        "--any-method",
        action="store_true",
        help="also methods that no profile uses, though measured on fewer than 5 recordings",
    )
    parser.add_argument(
        "--name", default="", help="of the profile written (default: recommended-ENVIRONMENT)"
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
    """Plan, and unless it is a dry run measure, recommend and write."""
    from vsat_core.cli.matrix_words import show_plan, show_results
    from vsat_core.cli.terminal import terminal
    from vsat_core.matrix.planning.plan import plan

    ready = plan(requested(args))
    console = terminal()
    if args.dry_run:
        show_plan(console, ready)
        return 0
    check_out(args.out, args.resume)
    results, written = carry_out(ready, command(args))
    show_results(console, results, written)
    return 0 if results["parts"][0]["marks"].get("recommended") is not None else 2


def carry_out(ready: Any, said: str) -> tuple[dict[str, Any], list[Path]]:
    """Measure with a bar, then write everything. Returns the results and the files."""
    from vsat_core.cli.terminal import counting
    from vsat_core.matrix.output.profiles import write_all
    from vsat_core.matrix.session import n_ticks, run

    with counting("matrix", n_ticks(ready)) as tick:
        outcome = run(ready, tick)
    return write_all(outcome, said)


def requested(args: argparse.Namespace) -> Request:
    """The request that the options and the profile's table make. Raises VsatError."""
    from vsat_core.config.profile import read
    from vsat_core.errors import InputError
    from vsat_core.matrix.planning.request import NUMBERS, request

    stages = {}
    for text in args.stages:
        stage, equals, patterns = text.partition("=")
        if not equals:
            raise InputError(
                f"--stage {text}: expected STAGE=VARIANT,VARIANT such as cluster=ahc.*"
            )
        stages[stage.strip()] = [p.strip() for p in patterns.split(",") if p.strip()]
    given = {k: getattr(args, k) for k in NUMBERS if getattr(args, k, None) is not None} | {
        "stages": stages
    }
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


def command(args: argparse.Namespace) -> str:
    """What to type to get the same again."""
    parts = ["vsat", "matrix", *(str(f) for f in args.files), "--profile", args.profile]
    for text in args.stages:
        parts += ["--stage", text]
    for name in (
        "rounds",
        "processes",
        "threads",
        "budget",
        "timeout",
        "memory_limit",
        "sample",
        "seed",
        "max_memory",
        "max_wer",
        "max_der",
        "realtime",
        "loss",
    ):
        value = getattr(args, name)
        if value is not None:
            parts += [
                f"--{name.replace('_', '-')}",
                f"{value:g}" + ("MB" if name == "max_memory" else ""),
            ]
    for name in ("references", "out"):
        if getattr(args, name):
            parts += [f"--{name}", str(getattr(args, name))]
    parts += ["--full"] * args.full + ["--any-method"] * args.any_method
    for plugin in args.plugins:
        parts += ["--plugin", str(plugin)]
    return shlex.join(parts)


def check_out(out: Path, resume: bool) -> None:
    """Nothing that was measured is lost by mistake. Raises VsatError."""
    from vsat_core.engine.atomic_files import check_folder
    from vsat_core.errors import InputError

    kept = any((out / "cells").glob("*.json")) if out.is_dir() else False
    if kept and not resume:
        raise InputError(
            f"{out}: holds a matrix already; --resume goes on with it, --out FOLDER begins another"
        )
    check_folder(out)


def _megabytes(text: str) -> float:
    """2GB, 800MB or 800 for argparse."""
    units = {"gb": 1000.0, "mb": 1.0, "": 1.0}
    number = text.strip().lower().rstrip("gmb")
    unit = text.strip().lower()[len(number) :]
    try:
        value = float(number) * units[unit.strip()]
    except (ValueError, KeyError):
        raise argparse.ArgumentTypeError(f"needs a size such as 2GB or 800MB, got {text}") from None
    if not 0 <= value < float("inf"):
        raise argparse.ArgumentTypeError(f"needs a size such as 2GB or 800MB, got {text}")
    return value
