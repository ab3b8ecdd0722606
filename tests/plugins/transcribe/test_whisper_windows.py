"""Windows that utterances share, and whose word is whose."""

from itertools import pairwise

import numpy as np
import pytest

from vsat_plugins.transcribe.hallucinations import Answer
from vsat_plugins.transcribe.whisper import Decoded
from vsat_plugins.transcribe.whisper_answers import answers_of, joined
from vsat_plugins.transcribe.whisper_language import each_of, voted
from vsat_plugins.transcribe.whisper_windows import Piece, Window, pieces_of, windows_of
from vsat_plugins.transcribe.whisper_words import TimedWord, grouped


def test_every_piece_is_in_one_window_and_none_is_too_long():
    rng = np.random.default_rng(4)
    ends = np.cumsum(rng.integers(1, 60, 200)).tolist()
    bounds = list(enumerate(zip([0, *ends[:-1]], ends, strict=True)))
    pieces = list(pieces_of(bounds, 25))
    windows = windows_of(pieces, 40, 3)
    assert [piece for window in windows for piece in window.pieces] == pieces
    assert max(map(len, pieces)) <= 25 and max(map(len, windows)) <= 40
    assert sum(map(len, pieces)) == ends[-1]
    for before, after in pairwise(windows):
        assert len(before) + 3 + len(after.pieces[0]) > 40  # it would not have fitted


def test_the_sound_of_a_window_has_each_piece_at_its_place():
    window = Window((Piece(0, 5, 8), Piece(1, 20, 22)), 4)
    assert window.offsets() == [0, 7] and len(window) == 9
    sound = window.sound([np.ones(3, np.float32), np.full(2, 2, np.float32)])
    assert sound.tolist() == [1, 1, 1, 0, 0, 0, 0, 2, 2]


def word(text: str, start: int, end: int) -> TimedWord:
    return TimedWord(text, start, end, (-0.5,), 0.6)


def test_words_go_to_their_pieces_in_order():
    """A last word that lasts through the pause, a first one that begins in it."""
    window = Window((Piece(3, 50_000, 60_000), Piece(4, 70_000, 90_000)), 8_000)
    words = (word("a", 0, 3_000), word("b", 9_000, 16_000), word("c", 16_000, 20_000))
    words += (word("d", 24_000, 90_000),)
    first, second = answers_of(window, Decoded(words, -0.5, 0.1, True), "de")
    assert (first.text, second.text) == ("a b", "c d")
    assert first.times == ((0, 3_000), (9_000, 10_000))
    assert second.times == ((0, 2_000), (6_000, 20_000))
    assert (first.cut_off, second.cut_off) == (False, True)
    assert second.language == "de" and second.confidences == (0.6, 0.6)


def test_a_window_without_words_has_empty_answers():
    window = Window((Piece(0, 0, 100), Piece(1, 200, 300)), 10)
    assert [a.text for a in answers_of(window, Decoded(), "en")] == ["", ""]


def test_parts_of_a_long_utterance_are_one_answer():
    by_piece = {
        Piece(1, 1_500, 2_000): Answer("c", -1.0, 1, False, ((0, 10),), "en", (0.5,)),
        Piece(1, 1_000, 1_500): Answer("a b", -0.25, 2, False, ((0, 9), (9, 20)), "en", (1, 1)),
    }
    nothing, both = joined([(0, 10), (1_000, 2_000)], by_piece)
    assert nothing.text == "" and not nothing.times
    assert both.text == "a b c" and both.times == ((0, 9), (9, 20), (500, 510))
    assert both.log_probability == pytest.approx(-0.5) and both.n_tokens == 3


@pytest.mark.parametrize(
    ("units", "unspaced", "words"),
    [
        ([" It", "'s", " a", " co", "-op", "."], False, [" It's", " a", " co-op."]),
        (
            ["你", "好", "，", "「", "世", "」", "VS", "AT", "3"],
            True,
            ["你", "好，", "「世」", "VSAT3"],
        ),
        ([], False, []),
    ],
)
def test_what_makes_a_word(units, unspaced, words):
    assert ["".join(units[a:b]) for a, b in grouped(units, unspaced)] == words


def test_longer_utterances_count_more_for_the_language():
    rows = np.array([[0.9, 0.1], [0.2, 0.8]])
    assert voted(rows, np.array([1.0, 9.0])).argmax() == 1
    assert voted(rows, np.array([9.0, 1.0])).argmax() == 0


def test_short_utterances_follow_the_recording_and_long_ones_do_not():
    rows = np.array([[0.98, 0.02], [0.99, 0.01], [0.4, 0.6], [0.05, 0.95]])
    assert each_of(rows, np.array([20.0, 20.0, 0.6, 8.0])) == [0, 0, 0, 1]
