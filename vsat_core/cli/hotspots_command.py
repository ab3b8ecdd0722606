"""`vsat hotspots`: where the time or the memory of one run goes, as a ranked list of targets."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import TYPE_CHECKING, Any

import attrs

from vsat_core.cli.options import profile_options

if TYPE_CHECKING:
    from vsat_core.config.profile import Profile
    from vsat_core.hotspots.session import HotspotsRequest

# name -> what it does; tools and their packages are in hotspots/session.py
CHOICES = ("functions", "lines", "memory", "native-memory", "objects", "flame")


def configure(parser: argparse.ArgumentParser) -> None:
    """Declare the options."""
    parser.add_argument("recording", type=Path, metavar="RECORDING")
    profile_options(parser)
    parser.add_argument(
        "--profiler",
        choices=CHOICES,
        default=None,
        metavar="NAME",
        help="functions (cProfile, the default), lines (line_profiler), memory (tracemalloc), "
        "native-memory (memray), objects (the largest alive after each stage), flame (py-spy)",
    )
    parser.add_argument(
        "--lines",
        action="append",
        default=[],
        metavar="FUNCTION",
        help="time its lines: NAME, Class.NAME or FILE.py:NAME; may be repeated "
        "(with --profiler lines alone: the three that take longest)",
    )
    parser.add_argument(
        "--top",
        type=int,
        default=5,
        metavar="N",
        help="functions of each target (default %(default)s)",
    )
    parser.add_argument(
        "--output",
        type=Path,
        default=Path("hotspots"),
        metavar="FOLDER",
        help="where hotspots.md, hotspots.json and the profiler's files go (default ./hotspots)",
    )
    parser.add_argument(
        "--once",
        action="store_true",
        help="only the profiled run, for long recordings: what the profiler costs is then not "
        "known",
    )


def main(args: argparse.Namespace) -> int:
    """Profile, rank, show and write."""
    from vsat_core.cli.terminal import counting, terminal
    from vsat_core.engine.atomic_files import check_folder, write_json, writing_to
    from vsat_core.hotspots.document import document
    from vsat_core.hotspots.page import page
    from vsat_core.hotspots.session import failing, run_all

    request, profile = _request(args)
    check_folder(args.output)
    with counting("profiling", len(request.runs()) * len(profile.graph)) as tick:
        replies = run_all(request, args.output, tick)
        failures = failing(request) if request.profiler == "functions" and not request.once else []
    made = [
        f for f in ("profile.prof", "flame.svg", "memray.bin") if any(_left(r, f) for r in replies)
    ]
    value = document(request, replies, failures, made)
    text = page(value)
    write_json(args.output / "hotspots.json", value)
    with writing_to(args.output):
        (args.output / "hotspots.md").write_text(text, encoding="utf-8")
    _show(terminal(), value)
    print(f"written to {args.output}: {', '.join(['hotspots.md', 'hotspots.json', *made])}")
    return 0


def _request(args: argparse.Namespace) -> tuple[HotspotsRequest, Profile]:
    """The arguments and their profile, checked before anything runs. Raises VsatError."""
    from vsat_core.config.prepare import prepare
    from vsat_core.errors import InputError
    from vsat_core.hotspots.session import HotspotsRequest, check_available, roots
    from vsat_core.hotspots.sourcecode import named

    if not args.recording.is_file():
        raise InputError(f"{args.recording}: no such file")
    if args.top < 1:
        raise InputError(f"--top: expected at least 1, got {args.top}")
    if args.lines and args.profiler not in (None, "lines"):
        raise InputError(f"--lines goes with --profiler lines, not with {args.profiler}")
    profiler = args.profiler or ("lines" if args.lines else "functions")
    check_available(profiler)
    profile = prepare(args.profile, args.settings, args.plugins)
    request = HotspotsRequest(
        args.recording,
        args.profile,
        tuple(args.settings),
        tuple(args.plugins),
        profiler,
        once=args.once,
        top=args.top,
    )
    wanted = [f for name in args.lines for f in named(name, roots(request))]
    return attrs.evolve(request, lines=tuple(wanted)), profile


def _left(reply: dict[str, Any], file: str) -> bool:
    """Whether this run left the file."""
    return {"functions": "profile.prof", "flame": "flame.svg", "native-memory": "memray.bin"}.get(
        reply["observer"]
    ) == file


def _show(console: Any, value: dict[str, Any]) -> None:
    """The ranked table."""
    from vsat_core.cli.terminal import table
    from vsat_core.hotspots.rows import columns, rows, summary

    header, right = columns(value)
    console.print(table(header, rows(value), right=right))
    console.print(summary(value), soft_wrap=True)
