"""`vsat cache`: stored results."""
from __future__ import annotations

import argparse


def configure(parser: argparse.ArgumentParser) -> None:
    """Declare the options."""
    parser.add_argument("action", nargs="?", choices=("show", "clear"), default="show", help="(default %(default)s)")


def main(args: argparse.Namespace) -> int:
    """Show where the cache is and what each stage takes in it, or empty it."""
    from collections import Counter

    from vsat_core.cache import Cache

    cache = Cache()
    if args.action == "clear":
        print(f"freed {cache.clear() / 1e6:.1f} MB in {cache.folder}")
        return 0
    number, size = Counter[str](), Counter[str]()
    for entry in cache.entries():
        number[entry.stage] += 1
        size[entry.stage] += entry.nbytes
    print(f"{cache.folder}: {size.total() / 1e6:.1f} MB of at most {cache.limit_bytes / 1e6:.0f} MB")
    for stage, n in number.most_common():
        print(f"  {stage:12s} {n:6d} results {size[stage] / 1e6:10.1f} MB")
    return 0
