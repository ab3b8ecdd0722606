"""The transcript of words whose speakers a file names."""

import numpy as np

from vsat_core.artifacts import SAMPLE_RATE, TextColumn, Words
from vsat_core.given.speakers import named_transcript


def words(*starts_s: float) -> Words:
    start = (np.array(starts_s) * SAMPLE_RATE).astype(np.int64)
    texts = TextColumn.of(f"w{i}" for i in range(len(start)))
    return Words(texts, start, start + SAMPLE_RATE // 4, np.zeros(len(start), np.int32))


def test_speakers_are_numbered_by_their_first_word_and_keep_their_names():
    made = named_transcript(words(1, 1.5, 2, 2.5), ["Zoe", "Zoe", "Ann", "Zoe"])
    assert made.names == ("Zoe", "Ann") and made.speaker.tolist() == [0, 0, 1, 0]
    assert made.turn_speaker.tolist() == [0, 1, 0]
    assert (made.turn_start / SAMPLE_RATE).tolist() == [1, 2, 2.5]
    assert (made.turn_end / SAMPLE_RATE).tolist() == [1.75, 2.25, 2.75]


def test_a_pause_ends_a_turn_and_words_of_nobody_have_none():
    made = named_transcript(words(1, 1.5, 4, 5), ["Ann", "Ann", "Ann", None])
    assert made.speaker.tolist() == [0, 0, 0, -1]
    assert (made.turn_start / SAMPLE_RATE).tolist() == [1, 4]


def test_words_out_of_order_still_give_turns_in_order():
    made = named_transcript(words(2, 1), ["Ann", "Ben"])
    assert made.names == ("Ben", "Ann") and made.speaker.tolist() == [1, 0]
    assert made.turn_speaker.tolist() == [0, 1]
