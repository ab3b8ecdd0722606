"""docs/decisions.md from recorded optimizations: what it was, what it is, why, and what was
measured.
"""

from __future__ import annotations

from collections.abc import Sequence

from tests._support.stages import STAGES
from tools.optimizations.entries import KEPT, LEFT_OUT, Entry
from tools.optimizations.words import RECORDER, figure, pair, table

HEADER = ("what", "original", "optimized", "rationale", "measured impact")
HEAD = """\
# Optimisations

Each entry: what it was, what it is, why, and what was measured. The command
`python -m tools.optimizations --write docs` writes this page from the files in
`metrics/optimizations`, and a test compares: edit those, not this. To add one, write its file
([measuring](measuring.md) says how), let `{recorder}` measure its pairs and run the command again.
All of them together are in [results](results.md).

The machine was shared with other work while measuring, so ratios count and single times do not.
"Times as fast" is the mean ratio over pairs of fresh processes with its 95 % interval; where the
original takes so long that one process of each was measured, or the two were measured in different
runs, there is no interval and no verdict. "→" leads from the original to the optimized.
"""
OBSERVED = """\
## Seen while the code changed

Figures of states of the code that no variant keeps, so that nothing measures them again: as written
down then, with how they were taken.
"""
REJECTED = """\
## Tried and left out, or kept as it was
"""


def decisions(entries: Sequence[Entry]) -> str:
    """The whole page."""
    kept = [e for e in entries if e.status == KEPT]
    paired = [e for e in kept if e.pairs]
    lines = [HEAD.format(recorder=RECORDER), "## Variants measured beside each other", ""]
    lines += [*_machines(paired), ""]
    for stage in by_stage(paired):
        lines += [f"### {stage}", "", *_table([e for e in paired if e.stage == stage]), ""]
    lines += [OBSERVED, *_table(_sorted([e for e in kept if not e.pairs]), named=True), ""]
    lines += [REJECTED, *_table(_sorted([e for e in entries if e.status == LEFT_OUT]), named=True)]
    return "\n".join(lines) + "\n"


def by_stage(entries: Sequence[Entry]) -> list[str]:
    """The stages of these entries in the order of the pipeline, then what is no stage by name."""
    return list(dict.fromkeys(e.stage for e in _sorted(entries)))


def impact(entry: Entry) -> list[str]:
    """Everything measured of one entry: pairs, accuracy, then single figures."""
    pairs = [pair(p) for p in entry.pairs]
    answers = list(dict.fromkeys(f"answers: {p.agreement}" for p in entry.pairs if p.agreement))
    return pairs + answers + [figure(f) for f in (*entry.accuracy, *entry.figures)]


def _machines(entries: Sequence[Entry]) -> list[str]:
    found = dict.fromkeys(p.machine for e in entries for p in e.pairs if p.machine)
    return [f"Measured on: {'; '.join(found)}."] if found else []


def _sorted(entries: Sequence[Entry]) -> list[Entry]:
    order = {stage: i for i, stage in enumerate(STAGES)}
    return sorted(entries, key=lambda e: (order.get(e.stage, len(order)), e.stage, e.name))


def _table(entries: Sequence[Entry], named: bool = False) -> list[str]:
    """A row for each; `named` puts the stage before the title."""
    rows = [
        (
            f"{e.stage}: {e.title}" if named else e.title,
            e.original,
            e.optimized,
            e.rationale,
            "<br>".join(f"- {line}" for line in impact(e)) if len(impact(e)) > 1 else impact(e)[0],
        )
        for e in entries
    ]
    return table(HEADER, rows)
