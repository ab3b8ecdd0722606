"""Where commands print, their tables, and the progress bar that counts steps."""

import contextlib
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from typing import Any

from rich.console import Console
from rich.progress import (
    BarColumn,
    MofNCompleteColumn,
    Progress,
    TaskID,
    TextColumn,
    TimeRemainingColumn,
)
from rich.table import Table
from rich.text import Text

from vsat_core.printable import one_line, printable_lines

PIPED_WIDTH = 160  # columns when the output is not a terminal


class PlainConsole(Console):
    """A console that prints names and texts of any kind without harm to the terminal."""

    def print(self, *objects: Any, **how: Any) -> None:
        """As Console.print, with control characters of strings as escapes."""
        super().print(*(printable_lines(o) if isinstance(o, str) else o for o in objects), **how)


def terminal() -> Console:
    """A console on standard output: brackets in names stay brackets, tables piped to a file are not
    squeezed.
    """
    console = PlainConsole(highlight=False, markup=False)
    if not console.is_terminal:
        console.width = PIPED_WIDTH
    return console


def table(
    header: Sequence[str], rows: Iterable[Sequence[str]], *, right: Collection[int] = ()
) -> Table:
    """A table in the one style of all commands; the columns `right` are aligned right."""
    made = Table(box=None, pad_edge=False, header_style="bold")
    for i, name in enumerate(header):
        made.add_column(name, justify="right" if i in right else "left", overflow="fold")
    for cells in rows:
        made.add_row(*map(printable_lines, cells))
    return made


def note(console: Console, title: str, text: str, style: str = "yellow") -> None:
    """One line with a coloured beginning, never wrapped."""
    console.print(Text.assemble((f"{title} ", style), one_line(text)), soft_wrap=True)


@contextlib.contextmanager
def counting(title: str, total: int) -> Iterator[Callable[[str], None]]:
    """A bar with time left on standard error; call what it gives once a step, with the step's
    name. Where another process started this one to follow it, that is told instead.
    """
    from vsat_core.executors.ticks import tick_pipe

    with tick_pipe(total) as told, _bars() as bar:
        task = bar.add_task(title, total=total)
        yield told or (lambda name: bar.update(task, advance=1, description=f"{title} {name}"))


@contextlib.contextmanager
def counting_machines(title: str) -> Iterator[Callable[[str, str, int, int], None]]:
    """A bar for each machine; call what it gives with machine, step, steps done and in all."""
    with _bars() as bar:
        tasks: dict[str, TaskID] = {}

        def tick(machine: str, name: str, done: int, total: int) -> None:
            if machine not in tasks:
                tasks[machine] = bar.add_task(title)
            words = f"{title} {name} ({machine})"
            bar.update(tasks[machine], completed=done, total=total, description=words)

        yield tick


def _bars() -> Progress:
    """Bars with time left on standard error, if that is a terminal."""
    title_column = TextColumn("{task.description}", markup=False)
    columns = (title_column, BarColumn(24), MofNCompleteColumn(), TimeRemainingColumn())
    console = Console(stderr=True)
    return Progress(*columns, console=console, transient=True, disable=not console.is_terminal)
