"""The tables of a library: words packed into rows, and older files brought to the newest tables."""

import sqlite3
import zlib
from array import array
from itertools import pairwise

import pytest

from tests._support.library_documents import added, document, random_lines, said, store
from vsat_core.library import schema
from vsat_core.library.finding import search
from vsat_core.library.library import Library
from vsat_core.library.packing import JoinedWords, StoredWords, pack, unpack
from vsat_core.library.passages import UNKNOWN, Passage, Word
from vsat_core.search.query import Query

FIRST = Word(0, "Hello,", 1000, 1300, 0, 900, "en")
ODD = [
    [FIRST],
    [FIRST, FIRST._replace(id=1, text="wörld", start_ms=900, end_ms=1250, speaker=3)],
    [FIRST, FIRST._replace(id=1, start_ms=90_000, end_ms=90_001)],  # a pause beyond two bytes
    [FIRST._replace(end_ms=400_000), FIRST._replace(id=9, language="de", edited=True)],
    [FIRST._replace(confidence=UNKNOWN), FIRST._replace(id=1 << 40, start_ms=0, end_ms=0)],
]


@pytest.mark.parametrize("words", ODD, ids=range(len(ODD)))
def test_a_row_has_all_of_its_words(words):
    passage = Passage(2, 0, words)
    start, end, *stored = pack(passage, "en")
    row = (2, 0, *stored)
    assert unpack(row, "en") == passage
    assert (start, end) == (min(w.start_ms for w in words), max(w.end_ms for w in words))
    one = StoredWords(row, "en")
    for both, expected in ((one, words), (JoinedWords(one, one), words * 2)):
        for i, word in enumerate(expected):
            found = (*both.span(i), both.speaker(i), both.confidence(i), both.ids[i])
            assert found == (word.start_ms, word.end_ms, word.speaker, word.confidence, word.id)
            assert (both.texts[i], both.languages[i]) == (word.text, word.language)


def test_an_empty_row():
    assert unpack((1, 5, *pack(Passage(1, 5, []), "en")[2:]), "en") == Passage(1, 5, [])


def of_version_1(base: sqlite3.Connection) -> None:
    """Give a library the tables of version 1."""
    base.execute("DROP TABLE passage")
    for name in ("speaker_name", "edit_state"):
        base.execute(f"DROP INDEX {name}")
    for statement in schema.statements(schema.MIGRATIONS[0]):
        if "passage (" in statement:
            base.execute(statement)


def packed_1(words: list[Word]) -> bytes:
    """The column `words` of version 1."""
    starts = [w.start_ms for w in words]
    steps = [starts[0], *(b - a for a, b in pairwise(starts))]
    lasting = array("i", [w.end_ms - w.start_ms for w in words])
    sure = array("h", [w.confidence for w in words])
    data = array("i", steps).tobytes() + lasting.tobytes() + sure.tobytes()
    return zlib.compress(data + "\n".join(w.text for w in words).encode())


def test_a_library_of_version_1_is_brought_to_the_newest_tables(tmp_path):
    with Library.open(tmp_path) as library:
        one = added(library, store(tmp_path, document(*random_lines(1, 40))))
        library.apply(one.id, {"op": "replace", "words": [3], "text": "größer"})
        before, path, base = said(library, one), library.path, library.base
        columns = base.execute("SELECT * FROM passage").fetchall()
        words = [unpack((0, r[2], *r[5:]), "en").words for r in columns]
        of_version_1(base)
        for row, own in zip(columns, words, strict=True):
            values = (*row[:5], packed_1(own), *row[7:])
            base.execute("INSERT INTO passage VALUES (?, ?, ?, ?, ?, ?, ?, ?)", values)
        base.execute("PRAGMA user_version = 1")
    with Library.open(path) as library:
        assert schema.version_of(library.base) == len(schema.MIGRATIONS)
        assert said(library, one) == before
        assert library.base.execute("SELECT * FROM passage").fetchall() == columns
        assert len(search(library.base, Query.parse("größer"))) == 1
    assert not list(path.parent.glob("*.damaged-*"))
