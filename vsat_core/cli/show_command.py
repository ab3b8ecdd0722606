"""`vsat show PROFILE`: every value it represents."""

import argparse

from vsat_core.cli.options import change_options


def configure(parser: argparse.ArgumentParser) -> None:
    """Declare the options."""
    parser.add_argument("profile", help="name or path")
    change_options(parser)


def main(args: argparse.Namespace) -> int:
    """Print the resolved profile as TOML that can be saved and run."""
    from vsat_core.config.profile import read, resolve
    from vsat_core.config.registry import load

    draft = read(args.profile, args.settings)
    profile = resolve(draft, load([*draft.plugins, *args.plugins]), ())
    print(profile.toml(), end="")
    return 0
