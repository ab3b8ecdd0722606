"""The tables of a library, and how an older file is brought to them.

A transcript is kept in passages: some lines (a line is an unbroken run of words of one speaker),
or a part of a long line. One row holds the words of a passage as they are now, and the full-text
table has one row of the same number. Words one a row would take four times the space.
"""

# annotations are not postponed: NamedTuple would compile each of them, at every start

import contextlib
import functools
import sqlite3
from collections.abc import Callable
from typing import NamedTuple

from vsat_core.errors import VsatError
from vsat_core.library.location import JOURNAL_ENDING
from vsat_core.library.passages import RECORDING_BITS
from vsat_core.search.tokens import TOKENIZER

APPLICATION = 0x56534154  # "VSAT", in the header of the file

# Each script leads from the version before; the first from an empty file. Never change one that
# was released: add another.
MIGRATIONS = (
    f"""
    CREATE TABLE state (name TEXT PRIMARY KEY, value INTEGER NOT NULL) WITHOUT ROWID;
    CREATE TABLE recording (
        id INTEGER PRIMARY KEY,
        digest TEXT NOT NULL,           -- sha256 of the sound file, '' where it is not known
        track INTEGER NOT NULL,         -- counted from 1; 0: all mixed
        file TEXT UNIQUE,               -- of the transcript; NULL where other content took its name
        file_sha256 TEXT NOT NULL,
        file_bytes INTEGER NOT NULL,    -- with the next: whether the file must be read again
        file_mtime_ns INTEGER NOT NULL,
        source TEXT NOT NULL,           -- name of the sound file
        recorded TEXT NOT NULL,         -- UTC, ISO 8601
        recorded_from TEXT NOT NULL,    -- container, file or transcript
        seconds REAL NOT NULL,
        language TEXT NOT NULL,         -- of most words, '' where it is not known
        languages TEXT NOT NULL,        -- of all words
        words INTEGER NOT NULL,         -- of the transcript before any correction
        number INTEGER NOT NULL         -- of its last line in the journal
    );
    CREATE INDEX recording_digest ON recording (digest, track);
    CREATE TABLE speaker (
        recording INTEGER NOT NULL REFERENCES recording ON DELETE CASCADE,
        number INTEGER NOT NULL,
        label TEXT NOT NULL,            -- in the transcript
        name TEXT NOT NULL,             -- now
        merged_into INTEGER,            -- number of another speaker of the recording
        PRIMARY KEY (recording, number)
    ) WITHOUT ROWID;
    CREATE TABLE turn (
        recording INTEGER NOT NULL REFERENCES recording ON DELETE CASCADE,
        number INTEGER NOT NULL,
        start_ms INTEGER NOT NULL,
        end_ms INTEGER NOT NULL,
        speaker INTEGER NOT NULL,
        PRIMARY KEY (recording, number)
    ) WITHOUT ROWID;
    CREATE TABLE passage (
        id INTEGER PRIMARY KEY,         -- recording << {RECORDING_BITS} | place
        recording INTEGER NOT NULL REFERENCES recording ON DELETE CASCADE,
        first INTEGER NOT NULL,         -- number of its first word in the transcript
        start_ms INTEGER NOT NULL,
        end_ms INTEGER NOT NULL,
        words BLOB NOT NULL,            -- times, confidences and texts: see passages.py
        speakers TEXT NOT NULL,         -- runs of words: NUMBERxCOUNT
        extra TEXT                      -- JSON: ids, languages and edited words where not usual
    );
    CREATE UNIQUE INDEX passage_first ON passage (recording, first);
    CREATE VIRTUAL TABLE passage_text USING fts5(
        token, content='', columnsize=0, prefix='3', tokenize="{TOKENIZER}"
    );
    CREATE TABLE made_word (            -- words that an edit made
        recording INTEGER NOT NULL REFERENCES recording ON DELETE CASCADE,
        word INTEGER NOT NULL,
        place INTEGER NOT NULL,         -- of its passage
        PRIMARY KEY (recording, word)
    ) WITHOUT ROWID;
    CREATE TABLE edit (
        recording INTEGER NOT NULL REFERENCES recording ON DELETE CASCADE,
        number INTEGER NOT NULL,        -- in the journal
        time TEXT NOT NULL,
        entry TEXT NOT NULL,            -- JSON, as in the journal
        changes TEXT NOT NULL,          -- JSON: what it changed in these tables
        state TEXT NOT NULL,            -- done, undone, or dropped: undone, and never to be redone
        conflict TEXT,                  -- why it does not fit the transcript of today
        PRIMARY KEY (recording, number)
    ) WITHOUT ROWID;
    CREATE TABLE step (                 -- undo and redo
        recording INTEGER NOT NULL REFERENCES recording ON DELETE CASCADE,
        number INTEGER NOT NULL,
        entry TEXT NOT NULL,
        PRIMARY KEY (recording, number)
    ) WITHOUT ROWID;
    CREATE TABLE note (
        recording INTEGER NOT NULL REFERENCES recording ON DELETE CASCADE,
        number INTEGER NOT NULL,        -- of the edit
        kind TEXT NOT NULL,             -- note or bookmark
        word INTEGER,
        at_ms INTEGER NOT NULL,
        text TEXT NOT NULL,
        PRIMARY KEY (recording, number)
    ) WITHOUT ROWID;
    CREATE TABLE passed_over (          -- json files that are not taken in
        file TEXT PRIMARY KEY,
        file_bytes INTEGER NOT NULL,
        file_mtime_ns INTEGER NOT NULL
    ) WITHOUT ROWID;
    CREATE TABLE forgotten (            -- transcripts that are not to come in again
        file_sha256 TEXT PRIMARY KEY,
        number INTEGER NOT NULL
    ) WITHOUT ROWID;
    """,
    """
    CREATE TABLE passage_2 (
        id INTEGER PRIMARY KEY,
        recording INTEGER NOT NULL REFERENCES recording ON DELETE CASCADE,
        first INTEGER NOT NULL,
        start_ms INTEGER NOT NULL,
        end_ms INTEGER NOT NULL,
        texts BLOB NOT NULL,            -- see packing.py
        numbers BLOB NOT NULL,
        speakers TEXT NOT NULL,
        extra TEXT
    );
    INSERT INTO passage_2 SELECT id, recording, first, start_ms, end_ms,
        texts_of_version_1(words, speakers), numbers_of_version_1(words, speakers), speakers, extra
        FROM passage;
    DROP TABLE passage;
    ALTER TABLE passage_2 RENAME TO passage;
    CREATE UNIQUE INDEX passage_first ON passage (recording, first);
    CREATE INDEX speaker_name ON speaker (name);
    CREATE INDEX edit_state ON edit (recording, state, number);
    """,
)
DEFINITIONS = "SELECT type, name, tbl_name, sql FROM sqlite_master"


class Tables(NamedTuple):
    """The tables of a kind of file: what its header says, the scripts that lead from each version
    to the next, the option that names another file, the ending of the journal beside it, and what
    declares the functions that the scripts call.
    """

    kind: str
    application: int
    migrations: tuple[str, ...]
    option: str
    fts5: bool = False
    journal: str = ""
    declare: Callable[[sqlite3.Connection], None] | None = None


def _declare(base: sqlite3.Connection) -> None:
    from vsat_core.library import version_1

    version_1.declare(base)


LIBRARY = Tables("library", APPLICATION, MIGRATIONS, "--library", True, JOURNAL_ENDING, _declare)


def check_fts5(base: sqlite3.Connection) -> None:
    """Raises VsatError where Python's SQLite has no FTS5."""
    if not base.execute("SELECT sqlite_compileoption_used('ENABLE_FTS5')").fetchone()[0]:
        raise VsatError(
            "library: this Python's SQLite has no FTS5, which search needs; take a Python from "
            "python.org, conda or your distribution"
        )


def migrate(base: sqlite3.Connection, name: str, tables: Tables = LIBRARY) -> None:
    """Bring the tables to the newest version, in one transaction. Raises VsatError for a file of a
    newer VSAT.
    """
    version, newest = version_of(base), len(tables.migrations)
    if version == newest:
        return
    if version > newest:
        raise VsatError(
            f"{name}: written by a newer VSAT (tables {version}, this one knows {newest}); "
            f"install that version, or name another file with {tables.option}"
        )
    if tables.fts5:
        check_fts5(base)
    if tables.declare:
        tables.declare(base)
    base.execute("BEGIN IMMEDIATE")
    try:
        for script in tables.migrations[version_of(base) :]:
            for statement in statements(script):
                base.execute(statement)
        base.execute(f"PRAGMA application_id = {tables.application}")
        base.execute(f"PRAGMA user_version = {newest}")
        base.execute("COMMIT")
    except BaseException:
        base.execute("ROLLBACK")
        raise
    if version:
        with contextlib.suppress(sqlite3.OperationalError):  # no space
            base.execute("VACUUM")


def is_complete(base: sqlite3.Connection, tables: Tables = LIBRARY) -> bool:
    """Whether all tables and indices of the newest version are there as they were made. SQLite
    itself does not miss a table, or a column, whose name was damaged.
    """
    return _definitions(tables) <= set(base.execute(DEFINITIONS))


@functools.cache
def _definitions(tables: Tables) -> frozenset[tuple[str, ...]]:
    """What is in the schema of a new file."""
    with contextlib.closing(sqlite3.connect(":memory:", isolation_level=None)) as new:
        migrate(new, "", tables)
        return frozenset(new.execute(DEFINITIONS))


def version_of(base: sqlite3.Connection) -> int:
    """The version of its tables, 0 where there are none."""
    version: int = base.execute("PRAGMA user_version").fetchone()[0]
    return version


def statements(script: str) -> list[str]:
    """The statements of a script, which `executescript` would run outside of the transaction."""
    found, part = [], ""
    for line in script.splitlines(keepends=True):
        part += line
        if sqlite3.complete_statement(part):
            found.append(part)
            part = ""
    return found
