"""tools/hard_recordings: meetings in which some speakers say only short answers."""

from __future__ import annotations

import random
from pathlib import Path

import msgspec
import pytest

from tools.hard_recordings.meeting import ANSWER_S, answer, held
from tools.hard_recordings.recipe import Recipe, read_split
from tools.hard_recordings.scores import scored
from tools.hard_recordings.voices import Utterance, Voice
from vsat_core.evaluate.manifest import ManifestEntry
from vsat_core.formats.records import Turn
from vsat_core.formats.rttm import rttm_text

WORDS = tuple((f"w{k}", 0.3 + 0.4 * k, 0.6 + 0.4 * k) for k in range(10))


def voice(name: str, n: int = 30) -> Voice:
    """Sentences of ten words of 0.3 s."""
    said = [Utterance(f"{name}{i}", Path(), 0.0, None, "", ((0.3, 4.2),), WORDS) for i in range(n)]
    return Voice(name, tuple(said), True)


def meeting(seed: int) -> Recipe:
    names = ("ada", "bob", "eve")
    return msgspec.convert(
        {
            "id": "x",
            "part": "tune",
            "kind": "meeting",
            "seed": seed,
            "seconds": 60.0,
            "speakers": [{"voice": name} for name in names],
            "shares": [3.0, 1.0, 0.0],
            "answers_s": [0.0, 0.0, 2.5],
        },
        Recipe,
    )


@pytest.mark.parametrize("seed", range(5))
def test_whoever_answers_only_says_about_as_much_as_the_recipe_says(seed):
    voices = {name: voice(name) for name in ("ada", "bob", "eve")}
    items = held(meeting(seed), voices)
    assert items == held(meeting(seed), voices)
    answers = [i.utterance for i in items if i.speaker == 2]
    lengths = [said.spans[0][1] - said.spans[0][0] for said in answers]
    assert sum(lengths) == pytest.approx(2.5, abs=0.6)
    assert max(lengths) <= ANSWER_S[1]
    assert all(0 <= said.begin_s < said.end_s for said in answers)
    assert {i.speaker for i in items} == {0, 1, 2}


def test_nobody_speaks_over_himself_and_some_answers_overlap():
    voices, over = {name: voice(name) for name in ("ada", "bob", "eve")}, 0
    for seed in range(5):
        items = sorted(held(meeting(seed), voices), key=lambda i: i.start_s)
        for k, item in enumerate(items):
            later = [i for i in items[k + 1 :] if i.start_s < item.end_s]
            assert all(i.speaker != item.speaker for i in later)
            over += len(later)
    assert over > 0


def test_an_answer_needs_word_times():
    silent = Voice("x", (Utterance("x", Path(), 0.0, None, "", ((0.0, 1.0),)),), False)
    with pytest.raises(ValueError, match="x: short answers need a voice with word times"):
        answer(silent, 1.0, random.Random(1))


def test_whoever_has_less_than_a_second_is_not_counted(tmp_path: Path):
    rows = [Turn("m", 0.0, 5.0, "ada"), Turn("m", 6.0, 6.9, "bob"), Turn("m", 8.0, 9.0, "eve")]
    (tmp_path / "m.rttm").write_text(rttm_text(rows))
    entry = ManifestEntry("m", tmp_path / "x.wav", 10.0, rttm=tmp_path / "m.rttm")
    turns = [[0.0, 5.0, "0"], [8.0, 9.0, "1"]]
    score = scored([entry], {"m": {"turns": turns}}, 0.25)["m"]
    assert (score.n_speakers, score.found, score.difference) == (2, 2, 0)


def test_answers_are_given_by_voices_that_have_them():
    for recipe in read_split().conversations:
        assert len(recipe.shares) == len(recipe.answers_s)
        assert not recipe.shares or len(recipe.shares) == len(recipe.speakers)
        for said, share in zip(recipe.answers_s, recipe.shares, strict=True):
            assert (said > 0) == (share == 0)
