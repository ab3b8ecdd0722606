"""The numbers of a matrix: keys of the [matrix] table, and options of the command line."""

import json
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


def numbers_in(table: str) -> dict[str, Number]:
    """From lines of a name, the default, the least, what it counts and the help."""
    rows = (line.split(maxsplit=4) for line in table.strip().splitlines())
    return {name: Number(json.loads(n), float(least), *words) for name, n, least, *words in rows}


MEASURING = numbers_in("""
    rounds        3      1      N  timed calls a process (default 3)
    processes     2      1      N  fresh processes for each variant (default 2)
    threads       0      0      N  of each process (default: one a core)
    budget        5.0    0      S  for a variant's calls on one input (default 5, 0: no bound)
    timeout       600.0  0.001  S  seconds a call may take (default 600)
    memory_limit  0.0    0     MB  stop a process above this
    sample        2      0      N  random combinations run end to end (default 2)
    seed          1      0      N  of orders and the sample (default 1)
""")
CONSTRAINTS = numbers_in("""
    max_memory    0.0    0   SIZE  such as 2GB or 800MB
    max_wer       0.0    0   RATE  such as 0.15
    max_der       0.0    0   RATE  such as 0.1
    realtime      0.0    0 FACTOR  such as 0.05
    loss          0.01   0   RATE  without limits: more errors than --profile (default 0.01)
    process_audio 60.0   1    MIN  of audio a process works on: its start counts (default 60)
""")
NUMBERS = MEASURING | CONSTRAINTS
