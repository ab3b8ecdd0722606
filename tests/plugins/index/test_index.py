"""The index against a plain count, and its techniques against each other."""
from __future__ import annotations

import pytest
from hypothesis import given, strategies as st
from transcripts import transcript_of

from vsat_core.plugin import NoParams
from vsat_core.search import normalise
from vsat_core.workspace import Workspace
from vsat_plugins.index import inverted, scan, vsat_index

CLASSES = {"scan": scan.Baseline, "baseline": inverted.Baseline, "vectorized": inverted.Vectorized}


def index(name: str, text: str):
    stage = CLASSES[name](NoParams(), NoParams())
    stage.prepare()
    with Workspace() as run:
        return stage(transcript_of((0, text)), run=run)


def test_places_of_words_written_out_by_hand():
    found = index("baseline", "The end, said the man; the End!")
    assert list(found.token) == ["the", "end", "said", "the", "man", "the", "end"]
    assert list(found.term) == ["end", "man", "said", "the"]
    assert found.offsets.tolist() == [0, 2, 3, 4, 7]
    assert found.postings.tolist() == [1, 6, 4, 2, 0, 3, 5]


def test_scan_keeps_tokens_only():
    found = index("scan", "The end, — said")
    assert list(found.token) == ["the", "end", "", "said"]
    assert len(found.term) == len(found.offsets) == len(found.postings) == 0


def test_words_of_punctuation_have_no_term():
    found = index("baseline", "— well … —")
    assert list(found.term) == ["well"] and found.postings.tolist() == [1]


@pytest.mark.parametrize("name", CLASSES)
def test_nothing_said(name):
    found = index(name, "")
    assert len(found.token) == len(found.term) == len(found.postings) == 0


@given(st.lists(st.text("aAbé'’—.1ß𐐀", min_size=1, max_size=4), max_size=20))
def test_every_word_is_found_at_its_places_and_techniques_agree(words):
    expected: dict[str, list[int]] = {}
    for number, word in enumerate(words):
        expected.setdefault(normalise(word), []).append(number)
    expected.pop("", None)
    plain, fast = (index(name, " ".join(words)) for name in ("baseline", "vectorized"))
    bounds = plain.offsets.tolist()
    found = {t: plain.postings[a:b].tolist() for t, a, b in zip(plain.term, bounds, bounds[1:], strict=False)}
    assert found == expected and list(found) == sorted(expected)
    assert list(plain.token) == [normalise(w) for w in words]
    assert fast.digest() == plain.digest()


def test_cards_name_what_there_is():
    assert [c.name for c in vsat_index()] == ["scan.baseline", "inverted.baseline", "inverted.vectorized"]
