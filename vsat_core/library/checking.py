"""Whether a library is in order, and what a person should look at."""

from __future__ import annotations

import sqlite3
from itertools import pairwise

import attrs

from vsat_core.library.damage import is_of_surroundings
from vsat_core.library.folder import Known, gone, news
from vsat_core.library.library import Library
from vsat_core.library.reading import passages
from vsat_core.library.recordings import recordings
from vsat_core.library.tables import all_lines
from vsat_core.printable import counted


@attrs.frozen
class Findings:
    """`problems` are faults of the files; `notes` are for a person to know or decide."""

    problems: list[str]
    notes: list[str]


def check(library: Library) -> Findings:
    """Read everything once."""
    problems = _damage(library.base, library.tables.readonly)
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


def _damage(base: sqlite3.Connection, readonly: bool) -> list[str]:
    try:
        found = [row[0] for row in base.execute("PRAGMA integrity_check(5)") if row[0] != "ok"]
        found += [
            f"{row[0]}: refers to what is not there"
            for row in base.execute("PRAGMA foreign_key_check")
        ]
        if not readonly:  # SQLite takes it for writing
            base.execute("INSERT INTO passage_text(passage_text) VALUES ('integrity-check')")
        if _n_tokens(base) != _n_indexed(base):
            found.append("the full-text index has other words than the transcripts")
    except Exception as error:
        if is_of_surroundings(error):
            raise
        return [str(error)]
    return found


def _n_tokens(base: sqlite3.Connection) -> int:
    """How many tokens the words of all passages are indexed by. Unpacks every passage."""
    n = 0
    for one in recordings(base):
        read = passages(base, one.id)
        last = read[-1].tokens([]) if read else ""
        tokens = (*(p.tokens(after.words) for p, after in pairwise(read)), last)
        n += sum(len(text.split()) for text in tokens)
    return n


def _n_indexed(base: sqlite3.Connection) -> int:
    """How many tokens the full-text index has."""
    base.execute(
        "CREATE VIRTUAL TABLE IF NOT EXISTS temp.indexed USING fts5vocab(main, passage_text, row)"
    )
    return int(base.execute("SELECT total(cnt) FROM temp.indexed").fetchone()[0])


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
