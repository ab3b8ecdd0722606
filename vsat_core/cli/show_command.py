"""`vsat show PROFILE`: every value it stands for."""

from __future__ import annotations

import argparse
from pathlib import Path


def configure(parser: argparse.ArgumentParser) -> None:
    """Declare the options."""
    parser.add_argument("profile", help="name or path")
    parser.add_argument(
        "--set",
        dest="settings",
        action="append",
        default=[],
        metavar="stages.X.KEY=VALUE",
        help="change one value; may be repeated",
    )
    parser.add_argument(
        "--plugin",
        dest="plugins",
        action="append",
        default=[],
        type=Path,
        metavar="FILE",
        help="a loose plugin file; may be repeated",
    )


def main(args: argparse.Namespace) -> int:
    """Print the resolved profile as TOML that can be saved and run."""
    from vsat_core.config.profile import read, resolve
    from vsat_core.config.registry import load

    draft = read(args.profile, args.settings)
    profile = resolve(draft, load([*draft.plugins, *args.plugins]), ())
    print(profile.toml(), end="")
    return 0
