"""Options that several commands share."""

import argparse
from collections.abc import Sequence
from pathlib import Path

from vsat_core import DEFAULT_PROFILE
from vsat_core.formats.endings import DEFAULT_FORMATS, RESULT_FORMATS


def profile_options(parser: argparse.ArgumentParser, default: str | None = DEFAULT_PROFILE) -> None:
    """--profile, and what changes it. Without a default the user's config.toml decides."""
    shown = default or f"that of config.toml, or {DEFAULT_PROFILE}"
    parser.add_argument(
        "--profile", default=default, help=f"name or path, see vsat list (default {shown})"
    )
    change_options(parser)


def change_options(parser: argparse.ArgumentParser) -> None:
    """--set and --plugin."""
    parser.add_argument(
        "--set",
        dest="settings",
        action="append",
        default=[],
        metavar="stages.X.KEY=VALUE",
        help="change one value of the profile; may be repeated",
    )
    plugin_option(parser)


def format_option(parser: argparse.ArgumentParser) -> None:
    """--format of commands that write every usual format without it."""
    others = [name for name in RESULT_FORMATS if name not in DEFAULT_FORMATS]
    parser.add_argument(
        "--format",
        dest="formats",
        metavar="F,F",
        help=f"formats to write, by default {','.join(DEFAULT_FORMATS)}; there are also "
        f"{','.join(others)}",
    )


def plugin_option(parser: argparse.ArgumentParser) -> None:
    """--plugin."""
    parser.add_argument(
        "--plugin",
        dest="plugins",
        action="append",
        default=[],
        type=Path,
        metavar="FILE",
        help="a loose plugin file; may be repeated",
    )


def library_option(parser: argparse.ArgumentParser) -> None:
    """--library."""
    parser.add_argument(
        "--library",
        type=Path,
        metavar="PATH",
        help="file of the library (default: that of config.toml, or of the folder of results)",
    )


def speaker_options(parser: argparse.ArgumentParser) -> None:
    """How many speakers there are."""
    parser.add_argument("--num-speakers", type=int, metavar="N", help="exact number of speakers")
    parser.add_argument("--min-speakers", type=int, metavar="N", help="smallest number of speakers")
    parser.add_argument("--max-speakers", type=int, metavar="N", help="largest number of speakers")


def executor_option(parser: argparse.ArgumentParser) -> None:
    """--executor: who does the work."""
    parser.add_argument(
        "--executor",
        default="local",
        metavar="WHERE",
        help="who does the work: local (processes of this machine, the default), cluster:N (a Dask "
        "cluster of N processes, started for this command) or tcp://HOST:PORT (the scheduler of a "
        "Dask cluster that sees the same files)",
    )


def without_executor(argv: Sequence[str]) -> list[str]:
    """A command line for the machine that is to do the work.

    >>> without_executor(["tune", "in", "--executor", "cluster:1", "--executor=cluster:1"])
    ['tune', 'in']
    """
    words = iter(argv)
    left = []
    for word in words:
        if word == "--executor":
            next(words, None)
        elif not word.startswith("--executor="):
            left.append(word)
    return left
