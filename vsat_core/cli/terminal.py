"""Where commands print, and the bar of work that counts steps."""
from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterator

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

PIPED_WIDTH = 160  # columns when the output is not a terminal


def terminal() -> Console:
    """A console on standard output that does not squeeze tables when piped to a file."""
    console = Console(highlight=False)
    return console if console.is_terminal else Console(highlight=False, width=PIPED_WIDTH)


@contextlib.contextmanager
def counting(title: str, total: int) -> Iterator[Callable[[str], None]]:
    """A bar with time left on standard error; call what it gives once a step, with the step's name."""
    columns = (TextColumn("{task.description}"), BarColumn(24), MofNCompleteColumn(), TimeRemainingColumn())
    with Progress(*columns, console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task(title, total=total)
        yield lambda name: bar.update(task, advance=1, description=f"{title} {name}")
