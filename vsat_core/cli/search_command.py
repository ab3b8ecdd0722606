"""`vsat search`: words in all transcripts below a folder."""

import argparse
import sys
from pathlib import Path


def configure(parser: argparse.ArgumentParser) -> None:
    """Declare the options."""
    parser.add_argument(
        "words",
        nargs="+",
        metavar="WORD",
        help='all must be in one line; "a quoted phrase" is found as it stands, pre* by its '
        "beginning",
    )
    parser.add_argument(
        "folder", type=Path, metavar="DIR", help="where the transcripts are, at any depth"
    )


def main(args: argparse.Namespace) -> int:
    """Print one line a match: file, time, speaker, context. Exit code 0 with a match, 1 without
    one, as grep does.
    """
    from vsat_core.printable import clock
    from vsat_core.search.folder import search_folder

    number = 0
    for found in search_folder(
        args.words, args.folder, lambda line: print(f"vsat: {line}", file=sys.stderr)
    ):
        number += 1
        print(f"{found.file}  {clock(found.seconds)}  {found.speaker}: {found.context}")
    if not number:
        print(f"nothing found for {' '.join(args.words)} below {args.folder}", file=sys.stderr)
    return 0 if number else 1
