"""An evaluation as Markdown."""

from collections.abc import Mapping, Sequence
from typing import Any

from vsat_core.evaluate.evaluation import REMEDY, Evaluation
from vsat_core.evaluate.tables import Table
from vsat_core.formats import markdown as formatting


def markdown(evaluation: Evaluation, tables: Sequence[Table], machine: Mapping[str, Any]) -> str:
    """The report to read: rules, machine, tables, failures, profiles."""
    about = f"{evaluation.manifest.name}, {len(evaluation.entries)} recordings, {machine['key']}"
    out = ["# Evaluation", "", about, ""]
    out += [f"- {line}" for line in evaluation.lines()]
    for table in tables:
        out += [
            "",
            f"## {table.title}",
            "",
            formatting.table(table.columns, table.rows, right=table.figures),
        ]
    failures = [(s.name, row) for s in evaluation.systems for row in s.failed]
    if failures:
        out += ["", "## Failed", ""]
        out += [f"- {row.entry.id} ({name}): {row.failure}" for name, row in failures]
    if evaluation.left_out:
        out += ["", "## Left out", "", f"{', '.join(e.id for e in evaluation.left_out)}: {REMEDY}"]
    for system in evaluation.systems:
        toml = f"```toml\n{system.profile.toml().rstrip()}\n```"
        out += ["", f"## Profile {system.name}", "", toml]
    return "\n".join(out) + "\n"
