"""`vsat cache`: stored results."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from vsat_core.printable import say

if TYPE_CHECKING:
    from vsat_core.engine.cache import Cache


def configure(parser: argparse.ArgumentParser) -> None:
    """Declare the options."""
    what = parser.add_mutually_exclusive_group()
    what.add_argument(
        "action", nargs="?", choices=("show", "clear"), default="show", help="(default %(default)s)"
    )
    what.add_argument("--clear", action="store_true", help="remove every stored result")
    what.add_argument(
        "--forget",
        nargs="+",
        type=Path,
        metavar="RECORDING",
        help="remove every stored result that came from these recordings, or from those in these "
        "folders",
    )


def main(args: argparse.Namespace) -> int:
    """Show where the cache is and what each stage takes in it, or empty it."""
    from collections import Counter

    from vsat_core.engine.cache import Cache

    cache = Cache()
    if args.forget:
        return _forget(cache, args.forget)
    if args.clear or args.action == "clear":
        print(f"freed {cache.clear() / 1e6:.1f} MB in {cache.folder}")
        return 0
    number, size = Counter[str](), Counter[str]()
    for entry in cache.entries():
        number[entry.stage] += 1
        size[entry.stage] += entry.nbytes
    for journal in cache.unfinished():
        number["unfinished"] += 1
        size["unfinished"] += journal.nbytes
    print(
        f"{cache.folder}: {size.total() / 1e6:.1f} MB of at most {cache.limit_bytes / 1e6:.0f} MB"
    )
    for stage, n in number.most_common():
        print(f"  {stage:12s} {n:6d} results {size[stage] / 1e6:10.1f} MB")
    return 0


def _forget(cache: Cache, inputs: Sequence[Path]) -> int:
    """Remove what came from these recordings, found by their content."""
    from vsat_core.artifacts import Source
    from vsat_core.errors import VsatError
    from vsat_core.inputs.folders import search

    digests, failed = set(), False
    for path in (
        p for given in inputs for p in (search(given).recordings if given.is_dir() else [given])
    ):
        try:
            digests.add(Source(path).digest())
        except VsatError as error:
            failed = True
            say(f"vsat: {error}; results are found by a recording's content", file=sys.stderr)
    gone = cache.forget(digests)
    freed = sum(e.nbytes for e in gone)
    plural = "s" * (len(digests) != 1)
    print(
        f"forgot {len(gone)} results of {len(digests)} recording{plural}, {freed / 1e6:.1f} MB in "
        f"{cache.folder}"
    )
    if unknown := sum(not e.sourced for e in cache.entries()):
        print(
            f"note: {unknown} other results were stored by an older version and do not say which "
            "recording they came "
            "from; vsat cache --clear removes all results"
        )
    return 2 if failed else 0
