"""Commands that take times, on a machine of a cluster that they have to themselves."""

from __future__ import annotations

import argparse
import sys

from vsat_core.cli.options import without_executor


def elsewhere(args: argparse.Namespace) -> int | None:
    """Run the command where --executor says and print what it prints there: its exit code, or None
    where it is to be run here. Raises InputError.
    """
    from vsat_core.executors.choice import LOCAL, cluster_of

    if args.executor == LOCAL:
        return None
    from vsat_core.executors.exclusive import run_exclusively

    ended = run_exclusively(*cluster_of(args.executor), without_executor(args.argv))
    sys.stdout.write(ended.out)
    sys.stderr.write(ended.err)
    print(f"all times were taken on {ended.machine}")
    return ended.code
