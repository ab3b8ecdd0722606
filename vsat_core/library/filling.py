"""Transcripts come into a library: a new recording, another transcript of one that is known, or
one that was renamed.
"""

from __future__ import annotations

import json
import os
import sqlite3
from collections.abc import Sequence
from pathlib import Path

import attrs

from vsat_core.library import recordings as rows
from vsat_core.library.base_transcript import BaseTranscript, NotTranscript
from vsat_core.library.edit_journal import Line
from vsat_core.library.location import stored_name, whole_path
from vsat_core.library.recordings import Recording


@attrs.frozen
class Arrival:
    """What is known of a transcript besides its file: the sha256 of the sound file ("" if it is not
    known), the track (0: all mixed), and when it was recorded, as `recorded.recorded` says.
    """

    file: Path
    digest: str = ""
    track: int = 0
    recorded: str = ""
    recorded_from: str = ""


@attrs.frozen
class Filled:
    """A recording that came in: its row, and how many of its corrections do not fit any more."""

    recording: Recording
    conflicts: int = 0
    carried: int = 0  # corrections of an earlier transcript


def take_in(
    base: sqlite3.Connection, library: Path, arrival: Arrival, number: int
) -> Filled | None:
    """Bring a transcript into the tables; `number` is that of the next line of the journal. None if
    nothing is new. Raises OSError, and NotTranscript where the file is none.
    """
    name = stored_name(library, arrival.file)
    before = rows.known(base, name, arrival.digest, arrival.track)
    status = os.stat(arrival.file)
    transcript = BaseTranscript.read(arrival.file)
    one = Recording(
        id=before.id if before else number,
        digest=arrival.digest or (before.digest if before else ""),
        track=arrival.track,
        file=name,
        file_sha256=transcript.sha256,
        file_bytes=status.st_size,
        file_mtime_ns=status.st_mtime_ns,
        source=transcript.source,
        recorded=before.recorded if before and not arrival.recorded else arrival.recorded,
        recorded_from=(
            before.recorded_from if before and not arrival.recorded else arrival.recorded_from
        ),
        seconds=transcript.seconds,
        language=transcript.language,
        languages=transcript.languages(),
        words=len(transcript.words),
        number=number,
    )
    base.execute("DELETE FROM passed_over WHERE file = ?", (name,))
    if before and before.line() == attrs.evolve(one, number=before.number).line():
        rows.store_recording(base, attrs.evolve(one, number=before.number))  # touched, no more
        return None
    return _stored(base, library, before, one, transcript)


def pass_over(base: sqlite3.Connection, library: Path, name: str) -> None:
    """Remember that a file is not to be taken in as it is now."""
    try:
        status = os.stat(whole_path(library, name))
    except OSError:
        return
    row = (name, status.st_size, status.st_mtime_ns)
    base.execute("INSERT OR REPLACE INTO passed_over VALUES (?, ?, ?)", row)


def _stored(
    base: sqlite3.Connection,
    library: Path,
    before: Recording | None,
    one: Recording,
    transcript: BaseTranscript,
) -> Filled:
    if before and before.file not in (None, one.file):
        pass_over(base, library, str(before.file))
    lines: Sequence[Line] = rows.lines_of(base, one.id)
    if before and before.file_sha256 == one.file_sha256 and before.file is not None:
        rows.store_recording(base, one)  # renamed, no more
        return Filled(one)
    for other in rows.recordings(base, "WHERE file = ? AND id <> ?", one.file, one.id):
        clear(base, other)
    if before:
        rows.remove_transcript(base, one.id)
    fill(base, one, transcript, lines)
    query = "SELECT count(*) FROM edit WHERE recording = ? AND conflict IS NOT NULL"
    conflicts = base.execute(query, (one.id,)).fetchone()[0]
    carried = sum("op" in line for line in lines)
    return Filled(one, conflicts, carried)


def fill(
    base: sqlite3.Connection, one: Recording, transcript: BaseTranscript, lines: Sequence[Line]
) -> None:
    """Row, words and edits of a recording that has none in the tables."""
    rows.store_recording(base, one)
    rows.store_transcript(base, one.id, transcript, one.language)
    rows.replay(base, one.id, lines)


def clear(base: sqlite3.Connection, one: Recording) -> None:
    """Other content has taken the name of a recording's transcript: its words go, its edits wait
    for another transcript of it.
    """
    lines = rows.lines_of(base, one.id)
    rows.remove_transcript(base, one.id)
    without_transcript(base, attrs.evolve(one, file=None).line(), lines)


def without_transcript(base: sqlite3.Connection, line: Line, lines: Sequence[Line]) -> None:
    """Keep the row of a recording whose words are not there, and its edits."""
    rows.store_recording(base, _row(line))
    for each in lines:
        keep_waiting(base, each)


def keep_waiting(base: sqlite3.Connection, line: Line) -> None:
    """Keep a line of a recording without a transcript, to be done when one comes."""
    entry = json.dumps(line, ensure_ascii=False)
    where = (line["recording"], line["number"])
    if "op" in line:
        base.execute(
            "INSERT OR REPLACE INTO edit VALUES (?, ?, ?, ?, '[]', 'waiting', NULL)",
            (*where, line["time"], entry),
        )
    else:
        base.execute("INSERT OR REPLACE INTO step VALUES (?, ?, ?)", (*where, entry))


def recover(base: sqlite3.Connection, library: Path, line: Line, lines: Sequence[Line]) -> bool:
    """Bring a recording into the tables from its line in the journal and its file, with the lines
    of its edits. False where the file is not there any more, or is of something else: its row and
    edits are kept all the same.
    """
    file = whole_path(library, line["file"]) if line["file"] else None
    try:
        if file is None:
            raise FileNotFoundError
        status = os.stat(file)
        transcript = BaseTranscript.read(file)
    except (OSError, NotTranscript):
        without_transcript(base, line, lines)
        return False
    one = attrs.evolve(
        _row(line),
        file_sha256=transcript.sha256,
        file_bytes=status.st_size,
        file_mtime_ns=status.st_mtime_ns,
        seconds=transcript.seconds,
        language=transcript.language,
        languages=transcript.languages(),
        words=len(transcript.words),
    )
    fill(base, one, transcript, lines)
    return True


def _row(line: Line) -> Recording:
    names = ("digest", "track", "file", "file_sha256", "source", "recorded", "recorded_from")
    return Recording(
        id=line["recording"],
        **{name: line[name] for name in names},
        file_bytes=0,
        file_mtime_ns=0,
        seconds=0.0,
        language="",
        languages="",
        words=0,
        number=line["number"],
    )
