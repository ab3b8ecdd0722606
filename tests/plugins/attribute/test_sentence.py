"""attribute: strays go back to their sentence, answers stay with their speaker."""

import numpy as np
import pytest
from hypothesis import given, settings, strategies as st

from tests._support.variants import called, names, ready
from vsat_core.artifacts import TextColumn, Turns, Words
from vsat_plugins.attribute.sentence_baseline import sentences, without_strays

NAMES = names("attribute", "sentence")
ALL = pytest.mark.parametrize("name", NAMES)


def spoken(
    name: str, text: list[str], speaker: list[int], most: int = 2, share: float = 0.6
) -> list[int]:
    """The speaker of each word, when each speaker's words lie in turns of their own (those of -1
    too far from any).
    """
    start = np.arange(len(text), dtype=np.int64) * 10
    known = np.flatnonzero(np.array(speaker, np.int32) >= 0)
    turns = Turns(start[known], start[known] + 10, np.array(speaker, np.int32)[known])
    words = Words(TextColumn.of(text), start, start + 10, np.zeros(len(text), np.int32))
    params = {"max_gap_s": 0.0, "max_stray_words": most, "min_share": share}
    return called(ready("attribute", name, **params), words, turns).speaker.tolist()


WORD = st.text("a.?\"'”’»é)。？」؟।", max_size=4)


@given(
    st.lists(st.tuples(WORD, st.sampled_from([0, 0, 0, 1, 1, 2])), max_size=30),
    st.integers(0, 3),
    st.sampled_from([0.5, 0.6, 1.0]),
)
@settings(max_examples=100)
def test_techniques_are_exact(words, most, share):
    text, speaker = [w for w, _ in words], [s for _, s in words]
    expected = [without_strays(speaker, text, most, share)] * len(NAMES)
    assert [spoken(name, text, speaker, most, share) for name in NAMES] == expected


def given_back(text: str, speaker: str, most: int = 2) -> str:
    found = without_strays([int(c) for c in speaker], text.split(), most, 0.6)
    return "".join(map(str, found))


@pytest.mark.parametrize(
    ("text", "speaker", "expected"),
    [
        (
            "I went home early. Did you see him?",
            "00011111",
            "00001111",
        ),  # the end of a sentence strayed
        ("I went home early. Did you see him?", "00000111", "00001111"),  # its beginning strayed
        (
            "Did you see him? Yes. When was that?",
            "00001000",
            "00001000",
        ),  # a whole sentence is no stray
        ("He went home, yes. Early?", "00010", "00010"),  # an answer fills a turn of its own
        ("I went home. Did you?", "00111", "00011"),
        ("one two three four. five", "00111", "00111"),  # no speaker has most of the sentence
        ("a b c d e f g. h i", "000011111", "000011111"),  # too many words to be strays
        ("a b c d", "0001", "0001"),  # nothing beyond the sentence
        ("", "", ""),
    ],
)
def test_strays(text, speaker, expected):
    assert given_back(text, speaker) == expected


def test_no_strays_allowed_changes_nothing():
    assert given_back("I went home early. Did you see him?", "00011111", most=0) == "00011111"


def test_sentences_end_at_quoted_full_stops():
    assert [list(s) for s in sentences(["“Go!”", "he", "said."])] == [[0], [1, 2]]
    assert [list(s) for s in sentences(["「行く。」", "は", "いい？", "؟"])] == [[0], [1, 2], [3]]
    assert list(sentences([])) == []


@ALL
def test_stage_works_on_times(name):
    text = ["I", "went", "home", "early.", "Did", "you", "see", "him?"]
    assert spoken(name, text, [0, 0, 0, 1, 1, 1, 1, 1]) == [0, 0, 0, 0, 1, 1, 1, 1]


@ALL
def test_without_turns_nobody_is_named(name):
    assert spoken(name, ["Well.", "No"], [-1, -1]) == [-1, -1]
    assert spoken(name, [], []) == []
