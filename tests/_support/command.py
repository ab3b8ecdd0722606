"""The command `vsat` in this process."""

from __future__ import annotations

import shlex

from vsat_core.cli import main


def vsat(line: str) -> int:
    """The exit code of a command line as a user types it."""
    return main(shlex.split(line))
