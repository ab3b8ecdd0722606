"""The command line as one text."""

import shlex

from vsat_core.cli import main


def vsat(command: str) -> int:
    """The exit code of `vsat` with these words."""
    return main(shlex.split(command))
