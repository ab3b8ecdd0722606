"""Options that take a number, for `vsat bench` and `vsat matrix`."""

import argparse
from collections.abc import Callable, Mapping
from typing import Any

from vsat_core.matrix.planning.numbers import Number


def number_options(
    parser: Any, numbers: Mapping[str, Number], **types: Callable[[str], float]
) -> None:
    """An option for each number of a parser or a group of one."""
    for name, number in numbers.items():
        parser.add_argument(
            f"--{name.replace('_', '-')}",
            type=types.get(name, type(number.default)),
            metavar=number.metavar,
            help=number.help,
        )


def numbers_of(args: argparse.Namespace, numbers: Mapping[str, Number]) -> dict[str, Any]:
    """Those that were given."""
    return {name: value for name in numbers if (value := getattr(args, name)) is not None}
