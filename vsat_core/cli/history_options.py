"""Which history a command writes to, and writing to it."""

from __future__ import annotations

import argparse
import shlex
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any


def history_file_option(parser: argparse.ArgumentParser) -> None:
    """--history."""
    parser.add_argument(
        "--history",
        type=Path,
        metavar="FILE",
        help="file of the history (default history.sqlite in the user's data folder, "
        "~/.local/share/vsat)",
    )


def history_options(parser: argparse.ArgumentParser) -> None:
    """--history and --no-history, for commands that measure."""
    history_file_option(parser)
    parser.add_argument(
        "--no-history", action="store_true", help="do not keep the results in the history"
    )


def keep(args: argparse.Namespace, document: Mapping[str, Any]) -> None:
    """Keep results in the history, unless --no-history. That it cannot be written is a line on
    standard error: the results themselves are not lost.
    """
    from vsat_core.errors import VsatError
    from vsat_core.history.recording import record

    if args.no_history:
        return
    try:
        record(document, shlex.join(["vsat", *args.argv]), args.history)
    except VsatError as error:
        print(f"vsat: not kept in the history: {error}", file=sys.stderr)
