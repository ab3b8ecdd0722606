"""`vsat inspect`: what a stage gives for a recording, as a table, a picture or a sound."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import TYPE_CHECKING

from vsat_core.cli.choosing import chosen_profile, demand_options
from vsat_core.cli.options import profile_options

if TYPE_CHECKING:
    from vsat_core.contract.graph import Graph
    from vsat_core.inspecting.session import Inspected

FORMATS = (".png", ".svg")


def configure(parser: argparse.ArgumentParser) -> None:
    """Declare the options."""
    parser.add_argument("stage", metavar="STAGE", help="such as cluster; vsat list names them")
    parser.add_argument("recording", type=Path, metavar="RECORDING", help="an audio or video file")
    profile_options(parser, default=None)
    demand_options(parser)
    parser.add_argument(
        "--rows",
        type=int,
        default=20,
        metavar="N",
        help="rows of the table at most (default %(default)s)",
    )
    parser.add_argument(
        "--picture", type=Path, metavar="FILE", help="draw it to this .png or .svg instead"
    )
    parser.add_argument(
        "--sound",
        type=Path,
        metavar="FILE",
        help="write the sound it is about to this .wav instead; of several pieces one after the "
        "other",
    )
    parser.add_argument(
        "--number",
        type=int,
        metavar="K",
        help="with --sound: only the piece with this number in the table",
    )
    parser.add_argument(
        "--overwrite", action="store_true", help="replace the file of --sound if it is there"
    )


def main(args: argparse.Namespace) -> int:
    """Compute the artifact as far as it is not stored, and show it."""
    from vsat_core.cli.progress import Display
    from vsat_core.cli.terminal import note, terminal
    from vsat_core.inspecting.session import inspected
    from vsat_core.printable import one_line

    _check(args)
    profile = chosen_profile(args, (args.stage,))
    _check_stage(args, profile.graph)
    with Display(1, 1, args.debug) as display:
        display.file_starts(args.recording)
        found = inspected(profile, args.stage, args.recording, display, args.sound is not None)
    console = terminal()
    for line in found.warnings:
        note(console, "note:", one_line(line))
    title = (
        f"{args.stage} ({found.variant}) of {one_line(args.recording.name)}: "
        f"{type(found.artifact).__name__}, {found.artifact.described()}"
    )
    console.print(title, soft_wrap=True)
    if args.picture:
        _draw(args, found, title)
    if args.sound:
        _write(args, found)
    if not args.picture and not args.sound:
        _show(args, found)
    return 0


def _check(args: argparse.Namespace) -> None:
    """What can be wrong before any work. Raises VsatError."""
    from vsat_core.contract.models import Package
    from vsat_core.errors import InputError, OutputError
    from vsat_core.inspecting.sound import check_place

    if args.recording.is_dir():
        raise InputError(f"{args.recording}: is a folder; vsat inspect takes one recording")
    if args.rows < 0:
        raise InputError(f"--rows: expected at least 0, got {args.rows}")
    if args.number is not None and not args.sound:
        raise InputError("--number: names a piece for --sound; add --sound FILE.wav")
    if args.sound:
        check_place(args.sound, args.recording, args.overwrite)
    if args.picture:
        if args.picture.suffix.lower() not in FORMATS:
            raise OutputError(f"{args.picture}: pictures end in {' or '.join(FORMATS)}")
        matplotlib = Package("matplotlib", extra="plot")
        if not matplotlib.found():
            raise InputError(f"vsat inspect --picture {matplotlib.remedy()}")


def _check_stage(args: argparse.Namespace, graph: Graph) -> None:
    """It is one, and gives what can be shown as it was asked for. Raises InputError."""
    from vsat_core.errors import InputError
    from vsat_core.inspecting.panels import has_picture
    from vsat_core.inspecting.sound import has_sound

    if args.stage not in graph:
        raise InputError(graph.unknown(args.stage))
    kind = graph[args.stage].gives
    given = f"{args.stage} gives {kind.__name__}"
    if args.picture and not has_picture(kind):
        raise InputError(f"--picture: {given}, of which there is no picture; leave it out")
    if args.sound and not has_sound(kind):
        raise InputError(f"--sound: {given}, which is about no sound; leave it out")


def _show(args: argparse.Namespace, found: Inspected) -> None:
    """The table, with a count of what is left out."""
    from vsat_core.cli.terminal import table, terminal
    from vsat_core.inspecting.listing import listing
    from vsat_core.printable import one_line

    console, rows = terminal(), listing(found.artifact)
    for fact in rows.facts:
        console.print(one_line(fact), soft_wrap=True)
    shown = min(args.rows, rows.n_rows)
    if shown:
        cells = (tuple(map(one_line, rows.row(i))) for i in range(shown))
        console.print(table(rows.header, cells, right=rows.right))
    if left := rows.n_rows - shown:
        console.print(f"{left:,} of {rows.n_rows:,} rows are left out; --rows N shows more")


def _draw(args: argparse.Namespace, found: Inspected, title: str) -> None:
    """The picture."""
    from vsat_core.artifacts import SAMPLE_RATE
    from vsat_core.inspecting.figure import draw
    from vsat_core.inspecting.panels import panels

    drawn = panels(found.artifact, found.n_samples)
    draw(drawn, found.n_samples / SAMPLE_RATE, title, args.picture)
    print(f"drawn to {args.picture}")


def _write(args: argparse.Namespace, found: Inspected) -> None:
    """The sound."""
    from vsat_core.inspecting.sound import pieces_of, write_sound
    from vsat_core.printable import counted

    pieces = pieces_of(found.artifact, args.number)
    assert found.audio is not None  # as asked for
    seconds = write_sound(args.sound, found.audio.samples, pieces)
    print(f"written to {args.sound}: {counted(len(pieces), 'piece')}, {seconds:.1f} s")
