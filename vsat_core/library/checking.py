"""Whether a library is in order, and what a person should look at."""

from __future__ import annotations

import sqlite3

import attrs

from vsat_core.library.damage import Damaged
from vsat_core.library.folder import Known, gone, news
from vsat_core.library.library import Library
from vsat_core.library.reading import check_passages
from vsat_core.library.tables import all_lines
from vsat_core.printable import counted


@attrs.frozen
class Findings:
    """`problems` are faults of the files; `notes` are for a person to know or decide."""

    problems: list[str]
    notes: list[str]


def check(library: Library) -> Findings:
    """Read everything once."""
    problems = _damage(library.base)
    journal = {line["number"] for line in library.tables.journal.read()}
    if lost := [line for line in all_lines(library.base) if line["number"] not in journal]:
        problems.append(f"the journal lacks {counted(len(lost), 'line')} that the tables have")
    if library.tables.is_behind():
        problems.append("the tables lack lines of the journal")
    notes = []
    files = [one.file for one in library.recordings() if one.file]
    if missing := gone(library.path, files):
        notes.append(f"transcripts that are not there any more: {', '.join(missing)}")
    if new := news(library.path, Known.read(library.base)):
        notes.append(f"{counted(len(new), 'file')} new or changed: vsat search takes them in")
    notes += conflicts(library)
    return Findings(problems, notes)


def _damage(base: sqlite3.Connection) -> list[str]:
    try:
        found = [row[0] for row in base.execute("PRAGMA integrity_check(5)") if row[0] != "ok"]
        found += [
            f"{row[0]}: refers to what is not there"
            for row in base.execute("PRAGMA foreign_key_check")
        ]
        base.execute("INSERT INTO passage_text(passage_text) VALUES ('integrity-check')")
        check_passages(base)
    except (Damaged, sqlite3.DatabaseError) as error:
        return [str(error)]
    return found


def conflicts(library: Library) -> list[str]:
    """A line for each correction that does not fit the present transcript."""
    query = (
        "SELECT recording.file, edit.number, conflict FROM edit JOIN recording "
        "ON recording.id = edit.recording WHERE conflict IS NOT NULL AND state = 'done' "
        "ORDER BY recording.id, edit.number"
    )
    return [
        f"{file}: edit {number}: {conflict}"
        for file, number, conflict in library.base.execute(query)
    ]
