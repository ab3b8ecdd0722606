"""Tables and journal brought together: what a killed process left in the journal alone, or in the
tables alone; and tables made again from nothing.
"""

from __future__ import annotations

import contextlib
import os
import sqlite3
from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

from vsat_core.errors import OutputError
from vsat_core.library import connection, recordings as rows
from vsat_core.library.edit_journal import EditJournal, Line, sync_folder
from vsat_core.library.filling import recover, without_transcript
from vsat_core.library.location import journal_of
from vsat_core.library.tables import Tables, all_lines, forget_file

Progress = Callable[[int, int], None]  # recordings done, of how many


def catch_up(tables: Tables) -> None:
    """Do the lines of the journal that the tables lack; write the journal again where it lacks
    lines that the tables have. Within `tables.writing`. Raises OutputError.
    """
    lines = tables.journal.read()
    last = tables.number()
    missing = [line for line in lines if line["number"] > last]
    restore(tables.base, tables.path, missing)
    complete(tables.journal, lines, all_lines(tables.base))
    tables.set_number(max([last, *(line["number"] for line in missing)]))


def complete(journal: EditJournal, lines: Sequence[Line], have: Sequence[Line]) -> None:
    """Write the journal, which has these lines, again with those that only the tables have. Raises
    OutputError.
    """
    merged = {line["number"]: line for line in (*have, *lines)}
    if len(merged) > len(lines):
        journal.replace([merged[number] for number in sorted(merged)])


def restore(
    base: sqlite3.Connection,
    library: Path,
    lines: Sequence[Line],
    progress: Progress = lambda done, n: None,
) -> None:
    """Do lines of the journal in the tables. Recordings come from their files, each from the last
    line about it; where two have one file, it is that of the later.
    """
    latest = {line["recording"]: line for line in lines if "file" in line}
    owner = {line["file"]: line["recording"] for line in latest.values()}
    edits: dict[int, list[Line]] = defaultdict(list)
    for line in lines:
        if "forgotten" in line:
            forget_file(base, line)
        elif "file" not in line:
            edits[line["recording"]].append(line)
    for done, (recording, line) in enumerate(latest.items()):
        own = [*rows.lines_of(base, recording), *edits.pop(recording, [])]
        rows.remove_transcript(base, recording)
        if owner[line["file"]] == recording:
            recover(base, library, line, own)
        else:
            without_transcript(base, line | {"file": None}, own)
        progress(done + 1, len(latest))
    for recording, own in edits.items():
        if found := rows.recordings(base, "WHERE id = ?", recording):
            _continue(base, library, found[0], own)


def _continue(
    base: sqlite3.Connection, library: Path, one: rows.Recording, lines: Sequence[Line]
) -> None:
    """Further edits of a recording that is there: on what is in the tables, or, if they are of an
    earlier transcript, on the file.
    """
    here = {one.file_sha256[:16]}
    if one.file is not None and {line.get("base") for line in lines} <= {None, *here}:
        rows.replay(base, one.id, lines)
        return
    before = rows.lines_of(base, one.id)
    rows.remove_transcript(base, one.id)
    recover(base, library, one.line(), [*before, *lines])


@contextlib.contextmanager
def building(library: Path, progress: Progress = lambda done, n: None) -> Iterator[Path]:
    """A file with the tables made again from the journal and the transcripts it names, to be looked
    at, and to be put in the place of what is there; removed if it is not. With the lock of the
    journal. Raises OutputError and leaves what there was.
    """
    part = library.with_name(library.name + ".part")
    journal = EditJournal(journal_of(library))
    try:
        _remove(part)
        tables = Tables.open(part)
        try:
            _fill(tables, library, journal, progress)
        finally:
            tables.close()
        yield part
    except (OSError, sqlite3.OperationalError) as error:
        raise OutputError(
            f"{library}: cannot be built ({error}); check space and permissions"
        ) from None
    finally:
        journal.close()
        with contextlib.suppress(OSError):
            _remove(part)


def put_in_place(part: Path, library: Path) -> None:
    """Replace a library by one that was built. Raises OSError."""
    connection.remove_side_files(part)
    connection.remove_side_files(library)
    os.replace(part, library)
    sync_folder(library.parent)


def _fill(tables: Tables, library: Path, journal: EditJournal, progress: Progress) -> None:
    base = tables.base
    base.execute("PRAGMA journal_mode = OFF")
    base.execute("PRAGMA synchronous = OFF")
    base.execute("BEGIN")
    lines = journal.read()
    restore(base, library, lines, progress)
    tables.set_number(max((line["number"] for line in lines), default=0))
    tables.set_size(journal.size)
    base.execute("INSERT INTO passage_text(passage_text) VALUES ('optimize')")
    base.execute("COMMIT")
    base.execute("PRAGMA journal_mode = WAL")
    base.execute("PRAGMA main.wal_checkpoint(TRUNCATE)")
    base.close()
    with tables.path.open("rb+") as file:
        os.fsync(file.fileno())


def _remove(path: Path) -> None:
    connection.remove_side_files(path)
    path.unlink(missing_ok=True)
