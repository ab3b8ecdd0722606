"""Commands that take times, on machines of a cluster that they have to themselves."""

from __future__ import annotations

import argparse
import sys

from vsat_core.cli.options import without_executor

RESUME = "--resume"


def elsewhere(args: argparse.Namespace, on_each: bool = True) -> int | None:
    """Run the command where --executor says, `on_each` machine there or on one, and print what it
    prints: its exit code, the largest of several, or None where it is to be run here. Raises
    VsatError.
    """
    from vsat_core.cli.matrix_folder import check_out
    from vsat_core.cli.terminal import counting_machines
    from vsat_core.executors.choice import LOCAL, cluster_of

    if args.executor == LOCAL:
        return None
    from vsat_core.executors.exclusive import run_exclusively

    argv = without_executor(args.argv)
    where = cluster_of(args.executor)
    if on_each:
        check_out(args.out, args.resume)
        argv += [RESUME] * (RESUME not in argv)  # one machine may begin a moment before another
    with counting_machines(args.argv[0]) as tick:
        ended = run_exclusively(*where, argv, on_each, tick)
    for one in ended:
        if len(ended) > 1:
            print(f"\n{one.machine}:\n")
        sys.stdout.write(one.out)
        sys.stderr.write(one.err)
    if len(ended) > 1:
        print(f"\n{len(ended)} machines; all times of a part were taken on its machine")
    else:
        print(f"all times were taken on {ended[0].machine}")
    return max(abs(one.code) for one in ended)
