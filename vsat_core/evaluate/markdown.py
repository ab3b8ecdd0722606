"""An evaluation as Markdown."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from vsat_core.evaluate.evaluation import REMEDY, Evaluation
from vsat_core.evaluate.tables import Table


def markdown(evaluation: Evaluation, tables: Sequence[Table], machine: Mapping[str, Any]) -> str:
    """The report for people: rules, machine, tables, failures, profiles."""
    about = f"{evaluation.manifest.name}, {len(evaluation.entries)} recordings, {machine['key']}"
    out = ["# Evaluation", "", about, ""]
    out += [f"- {line}" for line in evaluation.lines()]
    for table in tables:
        out += ["", f"## {table.title}", "", *_rows(table)]
    failures = [(s.name, row) for s in evaluation.systems for row in s.failed]
    if failures:
        out += [
            "",
            "## Failed",
            "",
            *(f"- {row.entry.id} ({name}): {row.failure}" for name, row in failures),
        ]
    if evaluation.left_out:
        out += ["", "## Left out", "", f"{', '.join(e.id for e in evaluation.left_out)}: {REMEDY}"]
    for system in evaluation.systems:
        out += [
            "",
            f"## Profile {system.name}",
            "",
            "```toml",
            system.profile.toml().rstrip(),
            "```",
        ]
    return "\n".join(out) + "\n"


def _rows(table: Table) -> Iterator[str]:
    """A table's lines in Markdown."""
    yield _line(table.columns)
    yield _line(["---" if i < table.n_text else "---:" for i in range(len(table.columns))])
    yield from (_line(row) for row in table.rows)


def _line(cells: Sequence[str]) -> str:
    return "| " + " | ".join(cell.replace("|", "\\|") for cell in cells) + " |"
