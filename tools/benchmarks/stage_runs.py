"""Rows of metrics/stages.json, of today and of its history, for pairs of variants that were
measured in one run.

The file keeps the rows of techniques that a later run leaves out, so two of its rows may be of
different runs. The ratios kept beside each row tell: one that is not that of the times is older
than one of the two.
"""

from __future__ import annotations

import json
import subprocess
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import attrs

from vsat_core.measure.statistics import compare

ROOT = Path(__file__).resolve().parents[2]
STAGES = "metrics/stages.json"
Rows = Mapping[str, Any]  # variant to what measure.bench.row says of it


@attrs.frozen
class Run:
    """One version of the file: results[work][variant], its _meta, and the commit it is of."""

    results: Mapping[str, Rows]
    meta: Mapping[str, Any]
    commit: str
    date: str

    @property
    def taken(self) -> dict[str, Any]:
        """Where figures of it come from."""
        return {
            "recording": self.meta["recording"],
            "source": STAGES,
            "date": self.date,
            "commit": self.commit,
        }


def runs() -> Iterator[Run]:
    """The file as it is, then as it was, newest first."""
    changed = git("status", "--porcelain", "--", STAGES)
    log = [line.split() for line in git("log", "--format=%h %as", "--", STAGES).splitlines()]
    if changed and (ROOT / STAGES).is_file():
        value = json.loads((ROOT / STAGES).read_text(encoding="utf-8"))
        yield Run(value["results"], value["_meta"], "not committed", "")
    for commit, day in log:
        value = json.loads(git("show", f"{commit}:{STAGES}"))
        yield Run(value["results"], value["_meta"], commit, day)


def find(every: list[Run], work: str, before: str, after: str) -> tuple[Run, Rows, bool] | None:
    """The newest run with both variants side by side, else the newest with both: (run, rows, taken
    apart).
    """
    found = []
    for run in every:
        rows = {n: r for n, r in run.results.get(work, {}).items() if not r.get("failure")}
        if before in rows and after in rows:
            found.append((run, rows, apart(rows, before, after)))
    return next((f for f in found if not f[2]), found[0] if found else None)


def apart(rows: Rows, before: str, after: str) -> bool:
    """Whether the two are of different runs.

    Two variants without a ratio between them are of one run if their ratios to all others are as
    old.
    """
    if before in rows[after].get("times_faster", {}):
        return is_old(rows, before, after)
    others = [r for r in rows if all(r in rows[n].get("times_faster", {}) for n in (before, after))]
    return any(is_old(rows, other, before) != is_old(rows, other, after) for other in others)


def is_old(rows: Rows, other: str, name: str) -> bool:
    """Whether the ratio kept beside a variant is another than that of the times."""
    found = compare(rows[other]["seconds"], rows[name]["seconds"])
    return abs(found.ratio * rows[name]["times_faster"][other][0] - 1) > 1e-9


def git(*command: str) -> str:
    """The output of a git command in the checkout."""
    return subprocess.run(
        ["git", *command], cwd=ROOT, capture_output=True, text=True, check=True
    ).stdout.strip()
