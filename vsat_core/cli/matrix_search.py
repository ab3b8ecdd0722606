"""`vsat matrix --search`: params between two values, searched on recordings with references."""

from __future__ import annotations

import argparse
import shlex
from pathlib import Path

from vsat_core.cli.terminal import counting, table, terminal

COLUMNS = ("param", "profile's own", "best", "from", "to")


def search(args: argparse.Namespace) -> int:
    """Search, write, and say what there is to gain. Raises VsatError."""
    from vsat_core.config.profile import read
    from vsat_core.engine.atomic_files import check_folder
    from vsat_core.errors import InputError
    from vsat_core.matrix.searching.report import sentence, write_all
    from vsat_core.matrix.searching.session import SearchRequest, plan, run

    matrix = read(args.profile).matrix
    named, ranges = matrix.get("files"), matrix.get("search")
    own = named if isinstance(named, list) else []
    files = tuple(args.files) or tuple(Path(str(f)) for f in own)
    if not files:
        raise InputError("no recordings: name some, or give matrix.files in the profile")
    if missing := next((f for f in files if not f.is_file()), None):
        raise InputError(f"{missing}: no such file")
    plugins = tuple(args.plugins)
    tables = ranges if isinstance(ranges, dict) else {}
    request = SearchRequest(files, args.profile, tables, args.out, args.references, plugins)
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
