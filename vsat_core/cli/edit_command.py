"""`vsat edit`: corrections of a transcript from a file, undone and done again."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from vsat_core.cli.options import library_option
from vsat_core.printable import say

if TYPE_CHECKING:
    from vsat_core.library.library import Library


def configure(parser: argparse.ArgumentParser) -> None:
    """Declare the options."""
    parser.add_argument("recording", metavar="RECORDING", help="by name: see vsat library list")
    what = parser.add_mutually_exclusive_group(required=True)
    what.add_argument(
        "operations",
        nargs="?",
        type=Path,
        metavar="FILE",
        help="JSON lines, one operation each (see docs/library.md); - for standard input",
    )
    for name, help in (
        ("--undo", "take back the last edit, or the last N"),
        ("--redo", "do the last undone edit again, or N"),
    ):
        what.add_argument(name, nargs="?", type=int, const=1, metavar="N", help=help)
    library_option(parser)
    parser.add_argument(
        "--out",
        type=Path,
        metavar="DIR",
        help="folder of results whose library is meant (default: as in vsat run)",
    )


def main(args: argparse.Namespace) -> int:
    """Do the operations in order; the first that cannot be done ends it, those before are saved."""
    from vsat_core.cli.library_command import described, library_path
    from vsat_core.errors import InputError
    from vsat_core.library.library import Library

    path = library_path(args)
    if not path.parent.is_dir():
        raise InputError(f"{path}: there is no library; vsat library rebuild FOLDER makes one")
    with Library.open(path, note=_note) as library:
        one = library.mended(lambda: library.recording(args.recording).id)
        if args.operations:
            for edit in _apply(library, one, args.operations):
                say(described(edit))
            return 0
        step = library.undo if args.undo is not None else library.redo
        for _ in range(args.undo if args.undo is not None else args.redo):
            edit = step(one)
            if edit is None:
                print(f"nothing to {'undo' if args.undo is not None else 'redo'}", file=sys.stderr)
                return 1
            say(described(edit))
    return 0


def _note(line: str) -> None:
    say(f"vsat: {line}", file=sys.stderr)


def _apply(library: Library, recording: int, file: Path) -> Iterator[object]:
    """Each edit when it is saved. Raises InputError that names the line."""
    from vsat_core.errors import InputError
    from vsat_core.formats.json_text import parsed_json
    from vsat_core.library.operations import operation_of

    for number, text in enumerate(_lines(file), 1):
        if not text.strip():
            continue
        try:
            yield library.apply_all(recording, [operation_of(parsed_json(text))])[0]
        except (InputError, ValueError) as error:
            raise InputError(f"{file}, line {number}: {error}") from None


def _lines(file: Path) -> Iterator[str]:
    """One after the other, as they are needed. Raises InputError."""
    from vsat_core.errors import InputError
    from vsat_core.formats.lines import check_size

    try:
        if str(file) == "-":
            yield from sys.stdin
            return
        with file.open(encoding="utf-8") as opened:
            check_size(opened, file)
            yield from opened
    except (OSError, UnicodeError) as error:
        raise InputError(f"{file}: cannot be read ({error})") from None
