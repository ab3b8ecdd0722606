"""`vsat matrix --search`: params between two values, searched on recordings with references."""

from __future__ import annotations

import argparse
import shlex

from vsat_core.cli.terminal import counting, table, terminal

NOT_HERE = {
    "stages": "--stage",
    "dry_run": "--dry-run",
    "full": "--full",
    "any_method": "--any-method",
    "verbose": "--verbose",
}
COLUMNS = ("param", "profile's own", "best", "from", "to")


def search(args: argparse.Namespace) -> int:
    """Search, write, and say what there is to gain. Raises VsatError."""
    from vsat_core.config.profile import read
    from vsat_core.engine.atomic_files import check_folder
    from vsat_core.errors import InputError
    from vsat_core.matrix.planning.request import recordings_of, settle
    from vsat_core.matrix.searching.report import sentence, write_all
    from vsat_core.matrix.searching.session import SearchRequest, plan, run

    if given := [option for name, option in NOT_HERE.items() if getattr(args, name)]:
        raise InputError(f"{given[0]} is about variants, and --search about numbers: leave it out")
    matrix = read(args.profile).matrix
    settle(matrix, {}, args.profile)
    ranges = matrix.get("search")
    request = SearchRequest(
        recordings_of(matrix, args.files),
        args.profile,
        ranges if isinstance(ranges, dict) else {},
        args.out,
        args.references,
        tuple(args.plugins),
    )
    ready = plan(request)
    check_folder(args.out)
    with counting("search", ready.trials + 2) as tick:
        outcome = run(ready, tick)
    written = write_all(outcome, shlex.join(["vsat", *args.argv]), args.name)
    console = terminal()
    console.print(sentence(outcome), soft_wrap=True)
    before, best = outcome.searched.trials[0].values, outcome.searched.best.values
    rows = [
        (r.name, *(f"{v:g}" for v in (before[r.name], best[r.name], r.low, r.high)))
        for r in ready.ranges
    ]
    console.print(table(COLUMNS, rows, right=range(1, len(COLUMNS))))
    for path in written:
        if path.suffix == ".toml":
            console.print(f"use it: vsat run --profile {path.stem} RECORDING", soft_wrap=True)
        else:
            console.print(f"everything else: {path}", soft_wrap=True)
    return 0
