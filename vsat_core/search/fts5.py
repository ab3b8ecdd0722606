"""A full-text index of lines by SQLite's FTS5, kept as the bytes of its database.

One row a line, its words as tokens joined by blanks. FTS5's `ascii` tokenizer takes every character
beyond ASCII as part of a word and changes none, so that with the two signs a token may hold its
words are exactly our tokens; a word without a token is kept as a sign, lest the words beside it
become neighbours. The table holds no text, only places.
"""

import sqlite3
from collections.abc import Iterable

import numpy as np

from vsat_core.errors import VsatError
from vsat_core.search.query import Query
from vsat_core.search.tokens import TOKENIZER, expression

TABLE = f"""CREATE VIRTUAL TABLE line USING fts5(
    token, content='', columnsize=0, tokenize="{TOKENIZER}"
)"""


def database_of(lines: Iterable[str]) -> np.ndarray:
    """The bytes of a database of these lines, uint8: tokens joined by blanks, NOTHING where there
    is none.

    Raises VsatError where Python's SQLite has no FTS5.
    """
    base = sqlite3.connect(":memory:", isolation_level=None)
    try:
        base.execute("BEGIN")
        base.execute(TABLE)
        base.executemany("INSERT INTO line(rowid, token) VALUES (?, ?)", enumerate(lines))
        base.execute("INSERT INTO line(line) VALUES ('optimize')")
        base.execute("COMMIT")
        base.execute("VACUUM")
        return np.frombuffer(base.serialize(), np.uint8)
    except sqlite3.OperationalError as error:
        raise VsatError(
            f"index fts5: this Python's SQLite cannot do it ({error}); choose inverted.numba"
        ) from None
    finally:
        base.close()


def opened(database: np.ndarray) -> sqlite3.Connection:
    """The database of these bytes, in memory."""
    base = sqlite3.connect(":memory:")
    base.deserialize(database.tobytes())
    return base


def candidates(base: sqlite3.Connection, query: Query) -> np.ndarray:
    """Which lines may have all parts of the query: rising numbers, int64; none with a match is
    missing.
    """
    rows = base.execute("SELECT rowid FROM line WHERE line MATCH ?", (expression(query),))
    return np.fromiter((row for (row,) in rows), np.int64)
