"""The operations of an edit, as a person or a program writes them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, TypeAlias

import msgspec
from msgspec import Meta, Struct

from vsat_core.errors import InputError, nearest
from vsat_core.formats.transcript import LONGEST_S

Id = Annotated[int, Meta(ge=0, lt=1 << 62)]  # of a word; or the number of an edit
Seconds = Annotated[float, Meta(ge=0, le=LONGEST_S)]


class Operation(Struct, forbid_unknown_fields=True, tag_field="op", omit_defaults=True):
    """An operation; words are given by id, speakers by name or by their name in the transcript."""


class Replace(Operation, tag="replace"):
    """Other text for words that stand next to each other. As many words keep their times each; else
    they share the time by length.
    """

    words: list[Id]
    text: str


class Insert(Operation, tag="insert"):
    """New words behind a word, or before it."""

    text: str
    after: Id | None = None
    before: Id | None = None


class Delete(Operation, tag="delete"):
    """Take words out."""

    words: list[Id]


class Split(Operation, tag="split"):
    """A word becomes several, which share its time by length."""

    word: Id
    parts: list[str]


class Merge(Operation, tag="merge"):
    """Words that stand next to each other become one; `text` is what they say together."""

    words: list[Id]
    text: str = ""


class RenameSpeaker(Operation, tag="rename_speaker"):
    """Another name for a speaker."""

    speaker: str
    name: str


class MergeSpeakers(Operation, tag="merge_speakers"):
    """All words of `speaker` are those of `into`."""

    speaker: str
    into: str


class Reassign(Operation, tag="reassign"):
    """Words, or the sentence or the turn that holds a word, were said by `speaker`; with `new`, by
    somebody who has no name yet.
    """

    speaker: str
    words: list[Id] = []
    sentence: Id | None = None
    turn: Id | None = None
    new: bool = False


class Note(Operation, tag="note"):
    """A remark at a word or at a time, in seconds."""

    text: str
    word: Id | None = None
    at: Seconds | None = None


class Bookmark(Operation, tag="bookmark"):
    """A place to come back to."""

    text: str = ""
    word: Id | None = None
    at: Seconds | None = None


class RemoveNote(Operation, tag="remove_note"):
    """Take a note or bookmark away, by its number."""

    note: Id


class Accept(Operation, tag="accept"):
    """The conflict of an edit (by number) was looked at, and is not shown again."""

    edit: Id


AnyOperation: TypeAlias = (
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
    | Accept
)
KINDS: tuple[type[Operation], ...] = (
    Replace,
    Insert,
    Delete,
    Split,
    Merge,
    RenameSpeaker,
    MergeSpeakers,
    Reassign,
    Note,
    Bookmark,
    RemoveNote,
    Accept,
)
NAMES = tuple(str(kind.__struct_config__.tag) for kind in KINDS)


def operation_of(value: object) -> AnyOperation:
    """An operation from what a line of JSON holds. Raises InputError."""
    named = value.get("op") if isinstance(value, Mapping) else None
    if not isinstance(named, str) or named not in NAMES:
        hint = nearest(str(named), NAMES) if named else ""
        raise InputError(f"op: expected one of {', '.join(NAMES)}, got {named!r}{hint}")
    try:
        operation: AnyOperation = msgspec.convert(value, AnyOperation)
    except msgspec.ValidationError as error:
        raise InputError(f"{named}: {error}") from None
    if problem := _problem(operation):
        raise InputError(f"{named}: {problem}")
    return operation


def _problem(one: AnyOperation) -> str:
    """What is wrong with values that are right one by one; "" if nothing is."""
    match one:
        case Replace() | Insert() if not one.text.split():
            return "text: expected at least one word; delete takes words out"
        case Replace() | Delete() if not one.words:
            return "words: expected at least one id"
        case Merge() if len(one.words) < 2:
            return "words: expected at least two ids"
        case Split() if len(one.parts) < 2 or not all(len(p.split()) == 1 for p in one.parts):
            return "parts: expected at least two words without blanks"
        case Insert() if (one.after is None) == (one.before is None):
            return "expected either after or before"
        case Reassign() if [bool(one.words), one.sentence is not None, one.turn is not None].count(
            True
        ) != 1:
            return "expected one of words, sentence and turn"
        case Note() | Bookmark() if (one.word is None) == (one.at is None):
            return "expected either word or at"
        case RenameSpeaker() if not one.name.strip():
            return "name: expected a name"
    return ""


def plain(operation: AnyOperation) -> dict[str, object]:
    """As JSON takes it."""
    built: dict[str, object] = msgspec.to_builtins(operation)
    return built
