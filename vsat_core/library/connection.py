"""Opening the file of a library: private to its user, safe for several processes, and known to be
damaged where it is.
"""

from __future__ import annotations

import contextlib
import os
import sqlite3
import struct
import time
from pathlib import Path

from vsat_core.library import schema
from vsat_core.library.damage import Damaged, is_of_surroundings
from vsat_core.library.ownership import MAGIC, check_owner, uri_of

BUSY_MS = 30_000
HEADER = struct.Struct(">16sHBBBBBBII24xI")  # of SQLite's file format, up to the text encoding
UTF_8 = 1
SIDE_FILES = ("-wal", "-shm")


def connect(
    path: Path, readonly: bool = False, tables: schema.Tables = schema.LIBRARY
) -> sqlite3.Connection:
    """A connection that begins no transaction by itself. Raises Damaged, OSError or sqlite3.Error;
    VsatError for the file of a newer VSAT, Foreign for one of another program.
    """
    check_owner(path, tables)
    if not readonly:
        os.close(os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600))
    check_header(path)
    # a file in a folder that cannot be written is read as it is, since its WAL has no place
    mode = "ro&immutable=1" if readonly and not os.access(path.parent, os.W_OK) else "rw"
    base = sqlite3.connect(
        uri_of(path, mode), uri=True, isolation_level=None, check_same_thread=False
    )
    try:
        base.execute(f"PRAGMA busy_timeout = {BUSY_MS}")
        if not readonly:
            base.execute("PRAGMA page_size = 8192")  # of a new file
            if not path.stat().st_size:  # whose file it is, before anything else is in it
                base.execute(f"PRAGMA application_id = {tables.application}")
            base.execute("PRAGMA journal_mode = WAL")
        base.execute("PRAGMA synchronous = NORMAL")  # edits are safe in the journal
        base.execute("PRAGMA foreign_keys = ON")
        base.execute("PRAGMA secure_delete = ON")
        base.execute("PRAGMA mmap_size = 1073741824")
        if not readonly:
            schema.migrate(base, str(path), tables)
        elif schema.version_of(base) != len(tables.migrations):
            raise Damaged("its tables are of another version")
        if not schema.is_complete(base, tables):
            raise Damaged(f"its tables are not those of a {tables.kind}")
        if base.execute("PRAGMA application_id").fetchone()[0] != tables.application:
            raise Damaged("its header is damaged")
    except sqlite3.DatabaseError as error:
        base.close()
        if is_of_surroundings(error):
            raise
        raise Damaged(str(error)) from None
    except UnicodeDecodeError:  # of what SQLite says of a damaged schema
        base.close()
        raise Damaged("its schema is no text") from None
    except BaseException:
        base.close()
        raise
    return base


def check_header(path: Path) -> None:
    """Raises Damaged where the file is no database, or shorter than it says. An empty one is
    new.
    """
    with path.open("rb") as file:
        head = file.read(HEADER.size)
        size = os.fstat(file.fileno()).st_size
    if not size:
        return
    if len(head) < HEADER.size or not head.startswith(MAGIC):
        raise Damaged("file is not a database")
    fields = HEADER.unpack(head)
    page = 65536 if fields[1] == 1 else fields[1]
    if fields[10] != UTF_8:
        raise Damaged("its header is damaged")
    if page * fields[9] > size and not path.with_name(path.name + "-wal").exists():
        raise Damaged("a part of the file is missing")


def identity(path: Path) -> tuple[int, int] | None:
    """Tells a file from another one of the same name; None where there is none. Raises OSError."""
    try:
        status = os.stat(path)
    except FileNotFoundError:
        return None
    return status.st_dev, status.st_ino


def set_aside(path: Path) -> Path:
    """Give a damaged file another name, so that nothing of it is lost. Returns the name. Raises
    OSError.
    """
    stamp = time.strftime("%Y%m%d-%H%M%S")
    aside = path.with_name(f"{path.stem}.damaged-{stamp}{path.suffix}")
    number = 1
    while aside.exists():
        number += 1
        aside = path.with_name(f"{path.stem}.damaged-{stamp}-{number}{path.suffix}")
    for ending in SIDE_FILES:  # first: they must not meet another file of this name
        with contextlib.suppress(FileNotFoundError):
            os.replace(f"{path}{ending}", f"{aside}{ending}")
    os.replace(path, aside)
    return aside


def remove_side_files(path: Path) -> None:
    """Remove what SQLite keeps beside a file that nobody has open."""
    for ending in SIDE_FILES:
        with contextlib.suppress(FileNotFoundError):
            os.unlink(f"{path}{ending}")
