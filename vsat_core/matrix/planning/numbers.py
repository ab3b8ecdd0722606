"""The numbers of a matrix: keys of the [matrix] table, and options of the command line."""

from collections.abc import Mapping
from typing import Any

import attrs


@attrs.frozen
class Number:
    """Its default (whole if that is an int), the least it may be, and the option's help."""

    default: float
    least: float
    metavar: str
    help: str

    def problem(self, name: str, value: object) -> str:
        """What is wrong with a value, "" for nothing."""
        whole = isinstance(self.default, int)
        fits = isinstance(value, int if whole else int | float) and not isinstance(value, bool)
        if fits and value >= self.least:  # type: ignore[operator]
            return ""
        kind = "a whole number" if whole else "a number"
        option = name.replace("_", "-")
        return f"{option}: expected {kind} of at least {self.least:g}, got {value!r}"


def settled(
    known: Mapping[str, Number], given: Mapping[str, Any]
) -> tuple[dict[str, Any], list[str]]:
    """Every number, its default where none is given; and what is wrong with them."""
    numbers = {name: given.get(name, number.default) for name, number in known.items()}
    return numbers, [p for k, v in numbers.items() if (p := known[k].problem(k, v))]


MEASURING = {
    "rounds": Number(3, 1, "N", "timed calls a process (default 3)"),
    "processes": Number(2, 1, "N", "fresh processes for each variant (default 2)"),
    "threads": Number(0, 0, "N", "of each process (default: one a core)"),
    "budget": Number(
        5.0,
        0,
        "S",
        "seconds for all calls of one variant on one input (default 5, 0: no bound)",
    ),
    "timeout": Number(600.0, 0.001, "S", "seconds a call may take (default 600)"),
    "memory_limit": Number(0.0, 0, "MB", "stop a process above this"),
    "sample": Number(2, 0, "N", "random combinations run end to end (default 2)"),
    "seed": Number(1, 0, "N", "of orders and the sample (default 1)"),
}
CONSTRAINTS = {
    "max_memory": Number(0.0, 0, "SIZE", "such as 2GB or 800MB"),
    "max_wer": Number(0.0, 0, "RATE", "such as 0.15"),
    "max_der": Number(0.0, 0, "RATE", "such as 0.1"),
    "realtime": Number(0.0, 0, "FACTOR", "such as 0.05"),
    "loss": Number(
        0.01,
        0,
        "RATE",
        "without limits: how many more errors than --profile are allowed (default 0.01)",
    ),
}
NUMBERS = MEASURING | CONSTRAINTS
