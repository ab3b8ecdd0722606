"""Operations as the page sends them, in the form of the library's log."""

from __future__ import annotations

from typing import Any

import msgspec

from vsat_core.errors import nearest
from vsat_core.page.present import Present
from vsat_core.page.replies import Refused


class Operation(msgspec.Struct, tag_field="op", forbid_unknown_fields=True):
    """An operation; words and notes are given by id, speakers by id."""


class Replace(Operation, tag="replace"):
    """Another text of a word."""

    word: int
    text: str


class Insert(Operation, tag="insert"):
    """New words behind one, or before the first."""

    after: int | None
    text: str


class Delete(Operation, tag="delete"):
    """Take words out."""

    words: list[int]


class Split(Operation, tag="split"):
    """A word becomes two, before the character `at`."""

    word: int
    at: int


class Merge(Operation, tag="merge"):
    """Neighbouring words become one."""

    words: list[int]


class RenameSpeaker(Operation, tag="rename_speaker"):
    """Another name."""

    speaker: str
    name: str


class MergeSpeakers(Operation, tag="merge_speakers"):
    """The first is the second."""

    speakers: tuple[str, str]


class Reassign(Operation, tag="reassign"):
    """Words of another speaker; null is somebody new."""

    words: list[int]
    speaker: str | None


class Note(Operation, tag="note"):
    """A remark at a time in seconds."""

    start: float
    text: str


class Bookmark(Operation, tag="bookmark"):
    """A place to come back to."""

    start: float
    text: str = ""


class RemoveNote(Operation, tag="remove_note"):
    """Take a note or bookmark away."""

    note: int


Any_ = (
    Replace
    | Insert
    | Delete
    | Split
    | Merge
    | RenameSpeaker
    | MergeSpeakers
    | Reassign
    | Note
    | Bookmark
    | RemoveNote
)


def translated(value: dict[str, Any], present: Present) -> dict[str, Any]:
    """The library's operation. Raises Refused."""
    try:
        one: Any_ = msgspec.convert(value, Any_)
    except msgspec.ValidationError as error:
        raise Refused(400, f"operations: {error}", "see docs/api.md") from None
    built: dict[str, Any] = msgspec.to_builtins(one)
    match one:
        case Replace():
            return {"op": "replace", "words": [one.word], "text": one.text}
        case Insert(after=None):
            first = next((word for words in present.passages for word in words), None)
            if first is None:
                raise Refused(400, "after: there is no word to insert before")
            return {"op": "insert", "before": first.id, "text": one.text}
        case Split():
            text = _text_of(one.word, present)
            parts = [text[: one.at], text[one.at :]]
            return {"op": "split", "word": one.word, "parts": parts}
        case RenameSpeaker():
            return built | {"speaker": _name_of(one.speaker, present)}
        case MergeSpeakers():
            gone, into = (_name_of(speaker, present) for speaker in one.speakers)
            return {"op": "merge_speakers", "speaker": gone, "into": into}
        case Reassign(speaker=None):
            return {"op": "reassign", "words": one.words, "speaker": _new(present), "new": True}
        case Reassign():
            return built | {"speaker": _name_of(one.speaker or "", present)}
        case Note() | Bookmark():
            return {"op": built["op"], "at": one.start, "text": one.text}
    return built


def _text_of(word: int, present: Present) -> str:
    for words in present.passages:
        for one in words:
            if one.id == word:
                return one.text
    raise Refused(400, f"word {word}: is not in this transcript (any more)")


def _name_of(speaker: str, present: Present) -> str:
    """The name of the speaker with this id."""
    known = {str(number): number for number in present.speakers.rows}
    if speaker not in known:
        raise Refused(400, f"speaker: there is no {speaker!r}{nearest(speaker, known)}")
    return present.speakers.name(known[speaker])


def _new(present: Present) -> str:
    """A name that no speaker has or had."""
    taken = {name for row in present.speakers.rows.values() for name in (row.label, row.name)}
    names = (f"Speaker {n}" for n in range(1, len(taken) + 2))
    return next(name for name in names if name not in taken)
