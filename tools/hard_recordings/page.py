"""The scores in docs/hard-recordings.md: systems next to each other, from their results alone."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

from tools.hard_recordings.scores import DER, EXACT, WITHIN_ONE, Score, difference, estimate
from tools.hard_recordings.tables import shown_kinds
from vsat_core.formats import markdown

MARKS = re.compile(r"(<!-- scores -->\n).*(<!-- end of scores -->)", re.DOTALL)

Systems = Mapping[str, Mapping[str, Score]]


def write_scores(path: Path, systems: Systems) -> None:
    """Put the table between the marks of a page. Raises SystemExit where the page has none."""
    text = path.read_text(encoding="utf-8")
    if not MARKS.search(text):
        raise SystemExit(f"{path}: has no <!-- scores --> ... <!-- end of scores -->")
    new = MARKS.sub(lambda m: f"{m[1]}{tables_of(systems)}\n{m[2]}", text)
    part = path.with_name(path.name + ".part")
    part.write_text(new, encoding="utf-8")
    part.replace(path)


def tables_of(systems: Systems) -> str:
    """All systems on the recordings that each has; before it the first one on all it has, where
    that is more.
    """
    (name, scores), *_ = systems.items()
    n_common = len(shown_kinds(systems)["all"])
    if n_common == len(scores):
        return side_by_side(systems)
    alone = side_by_side({name: scores})
    return f"{alone}\n\nOn the {n_common} of which all have a result:\n\n{side_by_side(systems)}"


def side_by_side(systems: Systems) -> str:
    """A row for each kind: DER of each system with its interval, its exact counts and those within
    one; then the DER of each further system less that of the first.
    """
    first, *others = systems
    header = ["kind", "recordings"]
    for system in systems:
        header += [f"{system}: DER %", "exact", "within one"]
    header += [f"DER of {other} less {first}, points" for other in others]
    rows = [
        [kind, str(len(names)), *_cells(systems, names)]
        for kind, names in shown_kinds(systems).items()
    ]
    return markdown.table(header, rows, right=range(1, len(header)))


def _cells(systems: Systems, names: Sequence[str]) -> Iterator[str]:
    base, *others = ([scores[name] for name in names] for scores in systems.values())
    for scores in (base, *others):
        yield str(estimate(scores, DER))
        for part in (EXACT, WITHIN_ONE):
            yield f"{sum(part(score)[0] for score in scores):g}"
    for scores in others:
        yield str(difference(base, scores, DER))
