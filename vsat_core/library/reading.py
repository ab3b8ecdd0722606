"""What a library says of one recording: words, edits and notes."""

from __future__ import annotations

import json
import sqlite3
from typing import Any, NamedTuple

import attrs

from vsat_core.library.edit_journal import Line
from vsat_core.library.packing import COLUMNS, runs_of, unpack
from vsat_core.library.passages import Passage, Word


@attrs.frozen
class Edit:
    """An edit of the log. `state` is done, undone (redo does it again), dropped (undone, and
    another edit came after) or waiting (its recording has no transcript now); `conflict` says why
    it does not fit the present transcript, None if it does. `together` has the numbers of the edits
    that were undone or done again with it, in that order.
    """

    number: int
    time: str
    state: str
    operation: dict[str, Any]
    conflict: str | None
    words: tuple[str, ...]  # what its words said before
    together: tuple[int, ...] = ()

    @classmethod
    def of(cls, line: Line, state: str, conflict: str | None = None) -> Edit:
        """From its line."""
        said = tuple(text for *_, text in line["at"])
        return cls(line["number"], line["time"], state, line["op"], conflict, said)


class Remark(NamedTuple):
    """A note or bookmark; `number` is that of the edit."""

    number: int
    kind: str
    word: int | None
    at_ms: int
    text: str


def edits(base: sqlite3.Connection, recording: int, where: str = "", *values: object) -> list[Edit]:
    """All edits for which a condition holds, in order."""
    query = f"SELECT entry, state, conflict FROM edit WHERE recording = ? {where} ORDER BY number"
    rows = base.execute(query, (recording, *values))
    return [Edit.of(json.loads(entry), state, conflict) for entry, state, conflict in rows]


def edit(base: sqlite3.Connection, recording: int, number: int) -> Edit:
    """The edit of this number, which must be there."""
    query = "SELECT entry, state, conflict FROM edit WHERE recording = ? AND number = ?"
    entry, state, conflict = base.execute(query, (recording, number)).fetchone()
    return Edit.of(json.loads(entry), state, conflict)


def notes(base: sqlite3.Connection, recording: int) -> list[Remark]:
    """Notes and bookmarks in order of time."""
    query = (
        "SELECT number, kind, word, at_ms, text FROM note WHERE recording = ? "
        "ORDER BY at_ms, number"
    )
    return [Remark(*row) for row in base.execute(query, (recording,))]


def passages(
    base: sqlite3.Connection, recording: int, where: str = "", *values: object
) -> list[Passage]:
    """The passages of a recording for which a condition holds, in order."""
    language = base.execute("SELECT language FROM recording WHERE id = ?", (recording,)).fetchone()
    usual = language[0] if language else ""
    query = f"SELECT {COLUMNS} FROM passage WHERE recording = ? {where} ORDER BY id"
    return [unpack(row, usual) for row in base.execute(query, (recording, *values))]


def words_of(
    base: sqlite3.Connection, recording: int, first: int = 0, n: int | None = None
) -> list[Word]:
    """`n` words from number `first` on, as they are now."""
    if not first and n is None:
        return [word for passage in passages(base, recording) for word in passage.words]
    out: list[Word] = []
    end = None if n is None else first + n
    at = 0
    query = "SELECT id & 0xFFFFF, speakers FROM passage WHERE recording = ? ORDER BY id"
    wanted = []
    for place, speakers in base.execute(query, (recording,)).fetchall():
        size = sum(n for _, n in runs_of(speakers))
        if at + size > first and (end is None or at < end):
            wanted.append((place, at))
        at += size
    if wanted:
        low, high = wanted[0][0], wanted[-1][0]
        found = passages(base, recording, "AND id & 0xFFFFF BETWEEN ? AND ?", low, high)
        out = [word for passage in found for word in passage.words]
        begin = first - wanted[0][1]
        out = out[max(0, begin) : None if n is None else max(0, begin) + n]
    return out


def words_between(
    base: sqlite3.Connection, recording: int, start_s: float, end_s: float
) -> list[Word]:
    """The words said from `start_s` to `end_s`."""
    start, end = round(start_s * 1000), round(end_s * 1000)
    found = passages(base, recording, "AND end_ms > ? AND start_ms < ?", start, end)
    return [w for p in found for w in p.words if w.end_ms > start and w.start_ms < end]
