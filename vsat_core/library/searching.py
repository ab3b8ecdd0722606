"""What `vsat search` looks in: which library, and whether it has all transcripts. Imports what is
heavy only where a library must be brought up to date.
"""

# annotations are not postponed: NamedTuple would compile each of them, at every start

import contextlib
import os
import re
import sqlite3
from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

from vsat_core.errors import InputError, VsatError
from vsat_core.library import connection
from vsat_core.library.finding import Filters, Hit, search
from vsat_core.library.folder import Known, news
from vsat_core.library.location import (
    configured,
    journal_of,
    library_at,
    library_for,
    root_of,
    whole_path,
)
from vsat_core.library.mending import Note, mended
from vsat_core.search.query import Query

DATE = re.compile(r"\d{4}(-\d\d(-\d\d([T ]\d\d(:\d\d(:\d\d)?)?Z?)?)?)?")
MANY = 50  # so many new transcripts take long enough to say so


class Place(NamedTuple):
    """Where to look for the words: in a library, of which only what is below `folder` if there is
    one; without a library in the transcripts of the folder.
    """

    words: tuple[str, ...]
    folder: Path | None
    library: Path | None


class Wanted(NamedTuple):
    """A query, what its matches must be like, and how many are wanted (0: all)."""

    query: Query
    filters: Filters
    recording: str = ""
    limit: int = 0


class Answer(NamedTuple):
    """Matches, and whether there are more than were wanted. `shown` is the folder as the user
    named it.
    """

    hits: list[Hit]
    more: bool
    library: Path
    shown: Path | None

    def path(self, hit: Hit) -> Path:
        """The file of a match, below the folder as the user named it."""
        whole = whole_path(self.library, hit.file)
        if self.shown is None:
            return whole
        if self.shown.is_file():
            return self.shown
        return self.shown / os.path.relpath(whole, os.path.abspath(self.shown))


def place_of(words: Sequence[str], folder: Path | None, library: Path | None) -> Place:
    """What the arguments mean: the last is a folder if none was named otherwise, unless a library
    is named and there is no such folder. Raises InputError.
    """
    named = library_at(library) if library else None
    said = tuple(words)
    if folder is None and len(said) > 1 and (named is None or os.path.isdir(said[-1])):
        general = None if named else configured()
        if general and not os.path.exists(said[-1]):
            return Place(said, None, _existing(general))
        said, folder = said[:-1], Path(said[-1])
    if folder is None:
        named = named or configured()
        if named is None:
            raise InputError("search: expected words and then a folder, or --library")
        return Place(said, None, _existing(named))
    if not folder.exists():
        raise InputError(
            f"{folder}: expected a folder of transcripts, found nothing there; check the name"
        )
    if named:
        return Place(said, folder, _existing(named))
    own = library_for(folder if folder.is_dir() else folder.parent)
    if own.exists() or journal_of(own).exists():
        return Place(said, folder, own)
    general = configured()
    return Place(said, folder, general if general and general.exists() else None)


def _existing(library: Path) -> Path:
    if not library.exists() and not journal_of(library).exists():
        raise InputError(f"{library}: there is no library; vsat library rebuild FOLDER makes one")
    return library


def search_library(place: Place, wanted: Wanted, note: Note) -> Answer:
    """The matches in a library, which is first brought up to date if it can be. Raises
    InputError.
    """
    library = place.library
    assert library

    def attempt() -> Answer:
        with contextlib.closing(_up_to_date(library, place.folder, note)) as base:
            return _search(base, place, wanted)

    return mended(library, attempt, note, not os.access(library.parent, os.W_OK))


def _search(base: sqlite3.Connection, place: Place, wanted: Wanted) -> Answer:
    assert place.library
    filters = wanted.filters._replace(recordings=_recordings(base, place, wanted.recording))
    limit = wanted.limit + 1 if wanted.limit else 0
    hits = search(base, wanted.query, filters, limit)
    more = bool(wanted.limit) and len(hits) > wanted.limit
    return Answer(hits[: wanted.limit or None], more, place.library, place.folder)


def _recordings(base: sqlite3.Connection, place: Place, recording: str) -> tuple[int, ...] | None:
    """The recordings below the folder and of this name; None for all."""
    library, folder = place.library, place.folder
    assert library
    found: set[int] | None = None
    if folder is not None and os.path.abspath(folder) != str(root_of(library)):
        inside = os.path.abspath(folder)
        rows = base.execute("SELECT id, file FROM recording WHERE file IS NOT NULL")
        paths = ((id, str(whole_path(library, file))) for id, file in rows)
        found = {id for id, path in paths if path == inside or path.startswith(inside + os.sep)}
    if recording:
        from vsat_core.library.naming import recording_named

        one = recording_named(base, recording).id
        found = {one} if found is None else found & {one}
    return None if found is None else tuple(sorted(found))


def _up_to_date(library: Path, folder: Path | None, note: Note) -> sqlite3.Connection:
    """The tables, with the lines of the journal and the transcripts they lacked."""
    readonly = not os.access(library.parent, os.W_OK)
    base = connection.connect(library, readonly)
    try:
        row = base.execute("SELECT value FROM state WHERE name = 'journal_bytes'").fetchone()
        behind = (row[0] if row else 0) != _size(journal_of(library))
        new = news(library, Known.read(base), folder)
    except BaseException:
        base.close()
        raise
    if not behind and not new:
        return base
    base.close()
    if len(new) > MANY:
        note(f"{len(new):,} transcripts come into the library first")
    if readonly:
        note(f"{library}: cannot be written; {len(new)} new or changed transcripts are left out")
        return connection.connect(library, readonly)
    return _synced(library, folder, note)


def _synced(library: Path, folder: Path | None, note: Note) -> sqlite3.Connection:
    from vsat_core.library.arrivals import sync
    from vsat_core.library.library import Library

    with Library.open(library, note=note) as opened:
        try:
            sync(opened, [folder] if folder else [], note=note)
        except VsatError as error:  # no space, or another process writes for long
            note(f"{error}; new transcripts are left out")
    return connection.connect(library)


def _size(path: Path) -> int:
    try:
        return path.stat().st_size
    except OSError:
        return 0


def date(option: str, text: str) -> str:
    """A date, or the beginning of one, as the library compares it. Raises InputError."""
    if text and not DATE.fullmatch(text):
        raise InputError(f"{option}: expected a date such as 2026-05-01 or 2026-05, got {text!r}")
    return text.replace(" ", "T").removesuffix("Z")
