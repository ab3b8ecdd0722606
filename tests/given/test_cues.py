"""Passages with times as utterances."""

from pathlib import Path

import numpy as np
import pytest

from vsat_core.artifacts import SAMPLE_RATE, Speech
from vsat_core.errors import InputError
from vsat_core.given.cues import placed_by_time
from vsat_core.given.words import GivenWords, Passage


def speech(*spans_s: tuple[float, float], seconds: float = 20.0) -> Speech:
    bounds = (np.array(spans_s).reshape(-1, 2) * SAMPLE_RATE).astype(np.int64)
    voice = np.full(len(bounds), -1, np.int32)
    return Speech(bounds[:, 0], bounds[:, 1], voice, round(seconds * SAMPLE_RATE))


def given(*cues: tuple[str, float, float], exact: bool = False) -> GivenWords:
    passages = tuple(Passage(text, None, (start, end)) for text, start, end in cues)
    return GivenWords(Path("talk.srt"), passages, exact)


def seconds(array: np.ndarray) -> list[float]:
    return [round(t / SAMPLE_RATE, 3) for t in array.tolist()]


def test_a_cue_is_an_utterance_with_room_around_it():
    placed = placed_by_time(given(("one two", 1, 2), ("three", 3, 4)), speech((0, 20)))
    assert list(placed.texts.text) == ["one two", "three"]
    assert seconds(placed.utterances.start) == [0.75, 2.75]
    assert seconds(placed.utterances.end) == [2.25, 4.25]
    assert placed.kept == [0, 1, 2] and not placed.texts.timed


def test_cues_that_touch_or_overlap_are_parted_in_the_middle():
    placed = placed_by_time(given(("a b", 1, 3), ("c d", 2, 4), ("e", 4, 5)), speech((0, 20)))
    assert seconds(placed.utterances.start) == [0.75, 2.5, 4.0]
    assert seconds(placed.utterances.end) == [2.5, 4.0, 5.25]


def test_a_cue_within_another_keeps_a_place_of_its_own():
    placed = placed_by_time(given(("a b c d", 1, 9), ("e f", 4, 5), ("g", 8, 9)), speech((0, 20)))
    start, end = placed.utterances.start, placed.utterances.end
    assert np.all(end[:-1] <= start[1:]) and np.all(end - start >= SAMPLE_RATE // 20)
    assert " ".join(placed.texts.text) == "a b c d e f g" and placed.kept == [*range(7)]


def test_words_with_times_keep_them():
    cues = [("a", 1.0, 1.5), ("b", 1.5, 2.0), ("c", 5.0, 5.25)]
    placed = placed_by_time(given(*cues, exact=True), speech((0, 20)))
    assert list(placed.texts.text) == ["a b", "c"]
    assert seconds(placed.texts.word_start) == [1.0, 1.5, 5.0]
    assert seconds(placed.texts.word_end) == [1.5, 2.0, 5.25]


def test_what_lies_behind_the_end_is_left_out():
    placed = placed_by_time(given(("a", 1, 2), ("b", 3, 4), ("c", 21, 22)), speech((0, 20)))
    assert list(placed.texts.text) == ["a", "b"] and placed.kept == [0, 1]


@pytest.mark.parametrize("span", [(0.0, 0.5), (9.0, 20.0)])
def test_times_of_another_recording_are_an_error(span):
    with pytest.raises(InputError, match="its times do not fit this recording of 20 s"):
        placed_by_time(given(("a b", 1, 4), ("c", 5, 7)), speech(span))
    with pytest.raises(InputError, match="its times do not fit"):
        placed_by_time(given(("a", 1, 4), ("b", 30, 31), ("c", 41, 42)), speech((0, 20)))
