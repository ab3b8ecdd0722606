"""`vsat export`: stored transcripts, with their corrections, in other formats."""

from __future__ import annotations

import argparse
import contextlib
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from vsat_core.cli.options import library_option, plugin_option
from vsat_core.formats.endings import RESULT_FORMATS
from vsat_core.printable import say

if TYPE_CHECKING:
    from vsat_core.artifacts import Playback
    from vsat_core.config.profile import Profile
    from vsat_core.export.naming import Export
    from vsat_core.export.rendering import Exporter
    from vsat_core.export.stored import StoredTranscript


def configure(parser: argparse.ArgumentParser) -> None:
    """Declare the options."""
    parser.add_argument(
        "transcripts",
        nargs="+",
        type=Path,
        metavar="TRANSCRIPT",
        help="json files of vsat run, or folders of them",
    )
    parser.add_argument(
        "--format",
        dest="formats",
        metavar="F,F",
        required=True,
        help=f"comma-separated: {','.join(RESULT_FORMATS)}",
    )
    parser.add_argument(
        "--out",
        type=Path,
        metavar="PATH",
        help="folder for the files (default: where each transcript is), or the name of the file",
    )
    library_option(parser)
    parser.add_argument(
        "--sound",
        choices=("beside", "inside", "none"),
        default="beside",
        help="html: play the recording from where it is (default), hold its sound, or neither",
    )
    parser.add_argument(
        "--audio", type=Path, metavar="PATH", help="html: the recording, or the folder it is in"
    )
    parser.add_argument(
        "--overwrite",
        action="store_true",
        help="replace files that were changed by hand or that VSAT did not write",
    )
    plugin_option(parser)


def main(args: argparse.Namespace) -> int:
    """Export every transcript; one that fails is reported and the others go on."""
    from vsat_core.cli.terminal import counting
    from vsat_core.config.prepare import prepare
    from vsat_core.config.user_config import user_config
    from vsat_core.errors import VsatError
    from vsat_core.export.naming import asked_formats, places
    from vsat_core.export.playback import check_sound
    from vsat_core.export.rendering import Exporter
    from vsat_core.inputs.transcripts import find_transcripts

    formats = asked_formats(args.formats)
    check_sound(args.sound, formats, args.audio)
    listed = ", ".join(f'"{name}"' for name in formats)
    setting = [f"stages.write.formats=[{listed}]"]
    config = user_config()
    args.library = args.library or config.library_file
    profile = prepare(config.profile, setting, args.plugins, ())
    found = find_transcripts(args.transcripts)
    failed = bool(found.problems)
    for line in found.problems:
        say(f"vsat: {line}", file=sys.stderr)
    exporter, rows = Exporter(profile, formats), places(found.files, args.out, formats)
    with counting("export", len(rows)) as step:
        for row in rows:
            try:
                _export(args, exporter, row)
            except VsatError as error:
                failed = True
                say(f"vsat: {error}", file=sys.stderr)
            step(row.name)
    return 2 if failed else 0


def _export(args: argparse.Namespace, exporter: Exporter, row: Export) -> None:
    """One transcript: its files, and what the user should know of them."""
    from vsat_core.cli.terminal import note, terminal
    from vsat_core.export.stored import read_stored
    from vsat_core.printable import one_line

    stored = read_stored(row.path, args.library)
    with _playback(args, exporter.profile, stored, row.out, "html" in exporter.formats) as playback:
        made = exporter.export(stored, row.out, row.name, playback, args.overwrite)
    for line in made.notes:
        note(terminal(), "note:", one_line(f"{row.path}: {line}"))
    names = ", ".join(path.name for path in made.files)
    terminal().print(one_line(f"written to {row.out}: {names}"), soft_wrap=True)


@contextlib.contextmanager
def _playback(
    args: argparse.Namespace, profile: Profile, stored: StoredTranscript, out: Path, needed: bool
) -> Iterator[Playback]:
    """How the page plays the sound. Raises InputError if it must hold a recording that is not
    found.
    """
    from vsat_core.artifacts import Playback
    from vsat_core.errors import InputError
    from vsat_core.export.playback import enclosed, find_recording, linked

    if not needed or args.sound == "none":
        yield Playback()
        return
    recording = find_recording(stored.path, stored.source, args.audio)
    if args.sound == "beside":
        yield linked(recording, stored.source, out)
        return
    if recording is None:
        raise InputError(
            f"{stored.path}: its recording {stored.source} was not found; say where it is by "
            "--audio"
        )
    with enclosed(recording, profile) as playback:
        yield playback
