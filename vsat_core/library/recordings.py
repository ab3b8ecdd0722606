"""Recordings in the tables: known again by their content, filled from transcripts."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Sequence
from types import NoneType
from typing import TYPE_CHECKING

import attrs

from vsat_core.errors import InputError
from vsat_core.library.damage import Damaged
from vsat_core.library.edit_journal import Line
from vsat_core.library.edits import Editor, operation_in
from vsat_core.library.packing import pack
from vsat_core.library.passages import Passage, Word, cut, row_id
from vsat_core.library.reanchoring import Reanchoring, anchors_of
from vsat_core.library.store import PassageStore

if TYPE_CHECKING:
    from vsat_core.library.base_transcript import BaseTranscript


@attrs.frozen
class Recording:
    """A recording of a library, as in the table: see schema. `file` is None where other content has
    taken the name of its transcript.
    """

    id: int
    digest: str
    track: int
    file: str | None
    file_sha256: str
    file_bytes: int
    file_mtime_ns: int
    source: str
    recorded: str
    recorded_from: str
    seconds: float
    language: str
    languages: str
    words: int
    number: int

    def line(self) -> Line:
        """Its line in the journal."""
        facts = attrs.asdict(self)
        for name in ("file_bytes", "file_mtime_ns", "seconds", "language", "languages", "words"):
            del facts[name]
        return {"number": facts.pop("number"), "recording": facts.pop("id"), **facts}


COLUMNS = ", ".join(field.name for field in attrs.fields(Recording))
TYPES: dict[str, type | tuple[type, ...]] = {
    "int": int,
    "float": (float, int),  # SQLite keeps 20.0 as 20
    "str": str,
    "str | None": (str, NoneType),
}
ALLOWED = [TYPES[str(field.type)] for field in attrs.fields(Recording)]


def recordings(base: sqlite3.Connection, where: str = "", *values: object) -> list[Recording]:
    """Those for which a condition holds, in order of coming in. Raises Damaged."""
    rows = base.execute(f"SELECT {COLUMNS} FROM recording {where} ORDER BY id", values).fetchall()
    if not all(isinstance(v, kind) for row in rows for v, kind in zip(row, ALLOWED, strict=True)):
        raise Damaged("a recording lacks what is known of it")
    return [Recording(*row) for row in rows]


def known(base: sqlite3.Connection, file: str, digest: str, track: int) -> Recording | None:
    """The recording that a transcript is of: by content if that is known, else by the file's
    name.
    """
    if digest:
        query = "WHERE digest = ? AND track = ?"
        found = recordings(base, query, digest, track)
        named = [one for one in found if one.file == file]
        if found:
            return (named or found)[0]
    found = recordings(base, "WHERE file = ?", file)
    return found[0] if found and not (digest and found[0].digest) else None


def store_recording(base: sqlite3.Connection, one: Recording) -> None:
    """Put the row in the place of what there is of this id; another recording loses the file's
    name.
    """
    base.execute("UPDATE recording SET file = NULL WHERE file = ? AND id <> ?", (one.file, one.id))
    values = attrs.astuple(one)
    names = [field.name for field in attrs.fields(Recording)]
    setting = ", ".join(f"{name} = excluded.{name}" for name in names[1:])
    base.execute(
        f"INSERT INTO recording ({COLUMNS}) VALUES ({', '.join('?' * len(values))}) "
        f"ON CONFLICT (id) DO UPDATE SET {setting}",
        values,
    )


def remove_transcript(base: sqlite3.Connection, recording: int) -> None:
    """Take words, turns, speakers and edits out of the tables."""
    language = base.execute("SELECT language FROM recording WHERE id = ?", (recording,)).fetchone()
    store = PassageStore(base, recording, language[0] if language else "")
    passages = list(store.all())
    for passage in passages:
        following = store.passage(passage.place + 1)
        tokens = passage.tokens(following.words if following else [])
        base.execute(
            "INSERT INTO passage_text(passage_text, rowid, token) VALUES ('delete', ?, ?)",
            (row_id(recording, passage.place), tokens),
        )
    for table in ("passage", "turn", "speaker", "made_word", "edit", "step", "note"):
        base.execute(f"DELETE FROM {table} WHERE recording = ?", (recording,))


def store_transcript(
    base: sqlite3.Connection, recording: int, transcript: BaseTranscript, language: str
) -> None:
    """Put a transcript into the tables, which hold none of this recording."""
    rows = [(recording, i, label, label) for i, label in enumerate(transcript.labels)]
    base.executemany("INSERT INTO speaker VALUES (?, ?, ?, ?, NULL)", rows)
    turns = [(recording, i, *turn) for i, turn in enumerate(transcript.turns)]
    base.executemany("INSERT INTO turn VALUES (?, ?, ?, ?, ?)", turns)
    passages = list(cut(transcript.words))
    following: list[list[Word]] = [*(p.words for p in passages[1:]), []]
    base.executemany(
        "INSERT INTO passage VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
        [(row_id(recording, p.place), recording, p.first, *pack(p, language)) for p in passages],
    )
    base.executemany(
        "INSERT INTO passage_text(rowid, token) VALUES (?, ?)",
        _indexed(recording, passages, following),
    )


def _indexed(
    recording: int, passages: Sequence[Passage], following: Sequence[Sequence[Word]]
) -> list[tuple[int, str]]:
    pairs = zip(passages, following, strict=True)
    return [(row_id(recording, p.place), p.tokens(after)) for p, after in pairs]


def lines_of(base: sqlite3.Connection, recording: int) -> list[Line]:
    """The lines of its edits, undone ones too, in order."""
    query = (
        "SELECT number, entry FROM edit WHERE recording = :id "
        "UNION ALL SELECT number, entry FROM step WHERE recording = :id ORDER BY number"
    )
    return [json.loads(entry) for _, entry in base.execute(query, {"id": recording})]


def replay(base: sqlite3.Connection, recording: int, lines: Sequence[Line]) -> None:
    """Do the lines of edits again, on a transcript without edits."""
    if not lines:
        return
    editor = Editor.of(base, recording)
    words = [word for passage in editor.store.all() for word in passage.words]
    earlier = Reanchoring(editor, anchors_of(editor, words))
    for line in lines:
        do_line(editor, earlier, line)
    editor.store.flush()


def do_line(editor: Editor, earlier: Reanchoring, line: Line) -> None:
    """One line of the journal; `editor.store` is not flushed."""
    if "op" not in line:
        editor.step(line)
    elif line["base"] == editor.transcript[:16]:
        try:
            changes, conflict = editor.plan(line["number"], operation_in(line)), None
        except InputError as error:  # an earlier line was damaged
            changes, conflict = [], str(error)
        editor.record(line, changes, conflict)
    else:
        changes, conflict = earlier.plan(line)
        editor.record(line, changes, conflict)
