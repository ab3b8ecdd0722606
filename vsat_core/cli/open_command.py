"""`vsat open`: a transcript in the browser."""

import argparse
from pathlib import Path

from vsat_core.cli.serve_command import server_options


def configure(parser: argparse.ArgumentParser) -> None:
    """Declare the options."""
    parser.add_argument(
        "transcript", type=Path, metavar="TRANSCRIPT", help="a .json file of vsat run"
    )
    parser.add_argument(
        "--at", metavar="H:MM:SS", help="place to begin at, also in seconds (default: the start)"
    )
    server_options(parser)


def main(args: argparse.Namespace) -> int:
    """Open it in the server of its folder, which is started if there is none."""
    from vsat_core.cli.serve_command import serve_folder
    from vsat_core.errors import InputError

    transcript: Path = args.transcript.resolve()
    if not transcript.is_file():
        hint = "; vsat serve opens a folder" if transcript.is_dir() else ""
        raise InputError(f"{args.transcript}: there is no such transcript{hint}")
    at_s = None if args.at is None else seconds_of(args.at)
    return serve_folder(args, transcript.parent, transcript, at_s)


def seconds_of(text: str) -> float:
    """A place in a recording, as 95, 1:35 or 0:01:35. Raises InputError.

    >>> seconds_of("1:02:05.5")
    3725.5
    """
    from vsat_core.errors import InputError

    parts = text.split(":")
    try:
        values = [float(part) for part in parts]
    except ValueError:
        values = []
    if not 1 <= len(values) <= 3 or not all(0 <= value < 1e6 for value in values):
        raise InputError(f"--at: expected a time such as 1:35 or 0:01:35, got {text!r}")
    return sum(value * 60**i for i, value in enumerate(reversed(values)))
