"""attribute: strays go back to their sentence, answers stay with who gave them."""
from __future__ import annotations

import numpy as np
import pytest

from vsat_core.artifacts import TextColumn, Turns, Words
from vsat_core.plugin import NoParams
from vsat_core.workspace import Workspace
from vsat_plugins.attribute import Sentence
from vsat_plugins.attribute.sentence import Baseline, sentences, without_strays


def given_back(text: str, speaker: str, most: int = 2) -> str:
    found = without_strays([int(c) for c in speaker], text.split(), most, 0.6)
    return "".join(map(str, found))


@pytest.mark.parametrize(
    ("text", "speaker", "expected"),
    [
        ("I went home early. Did you see him?", "00011111", "00001111"),  # the end of a sentence strayed
        ("I went home early. Did you see him?", "00000111", "00001111"),  # its beginning strayed
        ("Did you see him? Yes. When was that?", "00001000", "00001000"),  # a whole sentence is nobody's stray
        ("He went home, yes. Early?", "00010", "00010"),  # an answer fills a turn of its own
        ("I went home. Did you?", "00111", "00011"),
        ("one two three four. five", "00111", "00111"),  # no speaker has most of the sentence
        ("a b c d e f g. h i", "000011111", "000011111"),  # too many words to be strays
        ("a b c d", "0001", "0001"),  # nothing beyond the sentence
        ("", "", ""),
    ],
)
def test_strays(text: str, speaker: str, expected: str) -> None:
    assert given_back(text, speaker) == expected


def test_no_strays_allowed_changes_nothing() -> None:
    assert given_back("I went home early. Did you see him?", "00011111", most=0) == "00011111"


def test_sentences_end_at_quoted_full_stops() -> None:
    assert [list(s) for s in sentences(["“Go!”", "he", "said."])] == [[0], [1, 2]]
    assert list(sentences([])) == []


def test_stage_works_on_times() -> None:
    said = ["I", "went", "home", "early.", "Did", "you", "see", "him?"]
    start = np.arange(len(said), dtype=np.int64) * 10
    words = Words(TextColumn.of(said), start, start + 10, np.zeros(len(said), np.int32))
    turns = Turns(np.array([0, 30]), np.array([30, 80]), np.array([0, 1], np.int32))
    with Workspace() as run:
        transcript = Baseline(Sentence(), NoParams())(words, turns, run=run)
    assert transcript.speaker.tolist() == [0, 0, 0, 0, 1, 1, 1, 1]
    assert transcript.turns() == turns


def test_without_turns_nobody_is_named() -> None:
    words = Words(TextColumn.of(["Well."]), np.array([0]), np.array([5]), np.zeros(1, np.int32))
    nobody = Turns(*(np.zeros(0, np.int64),) * 2, np.zeros(0, np.int32))
    with Workspace() as run:
        assert Baseline(Sentence(), NoParams())(words, nobody, run=run).speaker.tolist() == [-1]
