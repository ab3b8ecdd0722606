"""Options that several commands share."""

from __future__ import annotations

import argparse
from pathlib import Path

from vsat_core import DEFAULT_PROFILE


def profile_options(parser: argparse.ArgumentParser) -> None:
    """--profile, and what changes it."""
    parser.add_argument(
        "--profile",
        default=DEFAULT_PROFILE,
        help="name or path, see vsat list (default %(default)s)",
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
