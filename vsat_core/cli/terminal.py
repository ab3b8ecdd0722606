"""Where commands print."""
from __future__ import annotations

from rich.console import Console

PIPED_WIDTH = 160  # columns when the output is not a terminal


def terminal() -> Console:
    """A console on standard output that does not squeeze tables when piped to a file."""
    console = Console(highlight=False)
    return console if console.is_terminal else Console(highlight=False, width=PIPED_WIDTH)
