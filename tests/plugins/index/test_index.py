"""The index against a plain count, its techniques against each other, and every method's hits
against each other's.
"""

import sqlite3

import attrs
import numpy as np
import pytest
from hypothesis import example, given, settings, strategies as st

from tests._support.transcripts import transcript_of
from vsat_core.artifacts import TextColumn, Transcript, WordIndex
from vsat_core.config.registry import load
from vsat_core.contract.workspace import Workspace
from vsat_core.errors import VsatError
from vsat_core.search.query import normalise

VARIANTS = load().variants["index"]


def index(name: str, transcript: Transcript) -> WordIndex:
    card = VARIANTS[name].card
    stage = VARIANTS[name].make(card.params(), card.tuning())
    stage.prepare()
    with Workspace() as run:
        return stage(transcript, run=run)


@pytest.mark.parametrize("name", [n for n in VARIANTS if n.startswith("inverted")])
def test_places_of_words_written_out_by_hand(name):
    found = index(name, transcript_of((0, "The end, said the man;"), (1, "— the"), (0, "End!")))
    assert list(found.token) == ["the", "end", "said", "the", "man", "", "the", "end"]
    assert list(found.term) == ["end", "man", "said", "the"]
    assert found.offsets.tolist() == [0, 2, 3, 4, 7]
    assert found.postings.tolist() == [1, 7, 4, 2, 0, 3, 6]
    assert found.line.tolist() == [0, 5, 7]


@pytest.mark.parametrize("name", [n for n in VARIANTS if not n.startswith("inverted")])
def test_others_keep_tokens_and_lines(name):
    found = index(name, transcript_of((0, "The end, — said"), (1, "She.")))
    assert list(found.token) == ["the", "end", "", "said", "she"]
    assert found.line.tolist() == [0, 4]
    assert len(found.term) == len(found.offsets) == len(found.postings) == 0


def test_the_database_has_a_row_for_each_line():
    found = index(
        "fts5.native", transcript_of((0, "Don't — stop."), (1, "3.5 Straße"), (0, "stop"))
    )
    base = sqlite3.connect(":memory:")
    base.deserialize(found.database.tobytes())
    base.execute("CREATE VIRTUAL TABLE seen USING fts5vocab(line, instance)")
    rows = base.execute("SELECT doc, offset, term FROM seen ORDER BY doc, offset").fetchall()
    assert rows == [
        (0, 0, "don't"),
        (0, 1, "_"),
        (0, 2, "stop"),
        (1, 0, "3.5"),
        (1, 1, "strasse"),
        (2, 0, "stop"),
    ]


def test_sqlite_without_full_text_search_is_one_line(monkeypatch):
    monkeypatch.setattr(
        "vsat_core.search.fts5.TABLE", "CREATE VIRTUAL TABLE line USING fts99(token)"
    )
    with pytest.raises(
        VsatError, match=r"SQLite cannot do it \(no such module: fts99\); choose inverted"
    ):
        index("fts5.native", transcript_of((0, "yes")))


def check(words: list[str]) -> None:
    """Places against a plain count, and all techniques against their baseline."""
    expected: dict[str, list[int]] = {}
    for number, word in enumerate(words):
        expected.setdefault(normalise(word), []).append(number)
    expected.pop("", None)
    transcript = transcript_of((0, "x"), *((k % 2, word) for k, word in enumerate(words)))
    n = len(words)
    columns = {
        name: getattr(transcript, name)[1 : n + 1]
        for name in ("start", "end", "speaker", "utterance")
    }
    transcript = attrs.evolve(transcript, text=TextColumn.of(words), **columns)
    plain = index("inverted.baseline", transcript)
    bounds = plain.offsets.tolist()
    found = {
        t: plain.postings[a:b].tolist()
        for t, a, b in zip(plain.term, bounds, bounds[1:], strict=False)
    }
    assert found == expected and list(found) == sorted(expected)
    assert list(plain.token) == [normalise(w) for w in words]
    assert (
        index("scan.baseline", transcript).token
        == plain.token
        == index("fts5.native", transcript).token
    )
    for name, variant in VARIANTS.items():
        first = "native" if variant.card.method == "fts5" else "baseline"
        expected_index = index(f"{variant.card.method}.{first}", transcript)
        assert index(name, transcript).digest() == expected_index.digest()


@settings(max_examples=40)
@given(st.lists(st.text("aAbBé'’—.1_ß𐐀\0", min_size=1, max_size=5), max_size=20))
@example(["a.1", "1.a", "1.1.", ".1", "'a'", "a'a", "a''a", "a'.a", "1'1"])
@example(["abcdefgh", "abcdefghi", "abcdefghb", "abcdefgh", "abcdefgé", "abcdefg"])
@example(["a" * 300, "a" * 299 + "b", "a" * 299])
def test_every_word_is_found_at_its_places_and_techniques_agree(words):
    check(words)


def test_more_distinct_words_than_the_first_table_holds():
    rng = np.random.default_rng(1)
    check([f"w{k}" for k in rng.integers(0, 6000, 9000)])
