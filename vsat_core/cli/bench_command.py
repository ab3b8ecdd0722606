"""`vsat bench`: time and memory of every step of one profile, recorded as JSON."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import TYPE_CHECKING, Any

from vsat_core.cli.history_options import history_options
from vsat_core.cli.number_options import number_options, numbers_of
from vsat_core.cli.options import profile_options
from vsat_core.matrix.planning.numbers import numbers_in, settled

if TYPE_CHECKING:
    from rich.console import Console

LIMITS = numbers_in("""
    rounds        5      1      N  timed calls a process (default 5)
    processes     3      1      N  fresh processes each operation is timed in (default 3)
    threads       0      0      N  threads of each process (default: one a core)
    budget        120.0  0      S  fewer calls if all would take longer (default 120, 0: no bound)
    timeout       600.0  0.001  S  seconds a call may take (default 600)
    memory_limit  0.0    0     MB  stop a worker above this
""")
COLUMNS = (
    "operation",
    "file",
    "calls",
    "seconds",
    "95 % interval",
    "real-time factor",
    "prepare s",
    "peak MB",
    "delta MB",
)
DEFAULT_FILES = ("short_conversation.wav", "medium_meeting.flac", "long_interview.flac")


def configure(parser: argparse.ArgumentParser) -> None:
    """Declare the options."""
    parser.add_argument(
        "files",
        nargs="*",
        type=Path,
        metavar="RECORDING",
        help="(default: short, medium and long of ./test_data, those that are there)",
    )
    profile_options(parser)
    parser.add_argument("--output", type=Path, metavar="FILE", help="write the results as JSON")
    parser.add_argument(
        "--operation",
        dest="only",
        action="append",
        default=[],
        choices=("whole", "transcription", "diarization"),
        help="only this, without the stages; may be repeated",
    )
    number_options(parser, LIMITS)
    history_options(parser)


def main(args: argparse.Namespace) -> int:
    """Measure, show a table, write the JSON."""
    from vsat_core.cli.history_options import keep
    from vsat_core.cli.terminal import counting, terminal
    from vsat_core.config.prepare import prepare
    from vsat_core.engine.atomic_files import check_folder, write_json
    from vsat_core.errors import InputError
    from vsat_core.measure.bench import bench, n_ticks
    from vsat_core.measure.cells import Limits

    files = args.files or [p for name in DEFAULT_FILES if (p := Path("test_data") / name).is_file()]
    if not files:
        raise InputError("no recordings: name some, or run from a checkout with test_data/")
    numbers, problems = settled(LIMITS, numbers_of(args, LIMITS))
    if problems:
        raise InputError(f"--{problems[0]}")
    profile = prepare(args.profile, args.settings, args.plugins)
    if args.output:
        check_folder(args.output.parent)
    limits = Limits.of(numbers)
    with counting(
        "measuring", n_ticks(len(files), limits, len(profile.graph), len(args.only))
    ) as tick:
        results = bench(profile, files, limits, args.plugins, tick, args.only)
    _show(terminal(), results)
    if args.output:
        write_json(args.output, results)
        print(f"written to {args.output}")
    keep(args, results)
    return 0


def _show(console: Console, results: dict[str, Any]) -> None:
    """The table, and the warnings under it."""
    from vsat_core.cli.terminal import note, table

    rows = (
        (operation, file, *_cells(row))
        for operation, files in results["results"].items()
        for file, row in files.items()
    )
    console.print(table(COLUMNS, rows, right=range(2, len(COLUMNS))))
    meta = results["_meta"]
    console.print(f"{meta['machine']['key']}; medians; {meta['limits']['threads']} threads")
    for warning in meta["warnings"]:
        note(console, "note:", warning)


def _cells(row: dict[str, Any]) -> tuple[str, ...]:
    """The figures of one operation on one file, or why there are none."""
    if failure := row.get("failure"):
        return (f"{failure['kind']}: {failure['reason']}",)
    factor = row["real_time_factor"]
    return (
        str(row["n"]),
        f"{row['elapsed_seconds']:.4f}",
        f"{row['elapsed_low']:.4f}-{row['elapsed_high']:.4f}",
        f"{factor:.5f}" if factor is not None else "",
        f"{row['prepare_cold_seconds']:.3f}",
        f"{row['memory_peak_mb']:.0f}",
        f"{row['memory_delta_mb']:.0f}",
    )
