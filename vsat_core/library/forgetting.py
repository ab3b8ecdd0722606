"""A recording taken out of a library so that nothing of it is left in its files."""

from __future__ import annotations

import os
from pathlib import Path

import attrs

from vsat_core.library import recordings as rows
from vsat_core.library.edit_journal import Line
from vsat_core.library.library import Library
from vsat_core.library.location import whole_path
from vsat_core.library.recordings import Recording


@attrs.frozen
class Forgotten:
    """What went: edits, and files of damaged libraries that were set aside; `left` is the
    transcript, which stays and does not come in again.
    """

    edits: int
    set_aside: list[Path]
    left: Path | None


def forget(library: Library, one: Recording) -> Forgotten:
    """Remove words, speakers, notes, edits and lines of the journal, and overwrite what they took
    on the disk. Raises OutputError.
    """
    edits = len(library.edits(one.id))
    file = whole_path(library.path, one.file) if one.file else None
    left = file if file and file.exists() else None
    with library.writing():
        base, journal = library.base, library.tables.journal
        rows.remove_transcript(base, one.id)
        base.execute("DELETE FROM recording WHERE id = ?", (one.id,))
        kept: list[Line] = [line for line in journal.read() if line.get("recording") != one.id]
        number = library.tables.number() + 1
        if left:
            kept.append({"number": number, "forgotten": one.file_sha256})
            base.execute(
                "INSERT OR REPLACE INTO forgotten VALUES (?, ?)", (one.file_sha256, number)
            )
        base.execute("INSERT INTO passage_text(passage_text) VALUES ('optimize')")
        journal.replace(kept)
        library.tables.set_number(number)
    _overwrite(library)
    return Forgotten(edits, _remove_set_aside(library.path), left)


def _overwrite(library: Library) -> None:
    """Write the file without what was deleted, and empty its WAL."""
    with library.tables.journal.locked():
        library.base.execute("PRAGMA secure_delete = ON")
        library.base.execute("VACUUM")
        library.base.execute("PRAGMA main.wal_checkpoint(TRUNCATE)")


def _remove_set_aside(path: Path) -> list[Path]:
    """Damaged files hold the words as well."""
    gone = sorted(path.parent.glob(f"{path.stem}.damaged-*"))
    for file in gone:
        os.unlink(file)
    return gone
