"""transcribe: how sure each word is."""

import math

import numpy as np
import pytest
from hypothesis import given, strategies as st

from vsat_plugins.transcribe import word_confidence
from vsat_plugins.transcribe.confidence_table import WEIGHTS
from vsat_plugins.transcribe.digit_strings import joined_answers
from vsat_plugins.transcribe.hallucinations import Answer
from vsat_plugins.transcribe.tokens import text_of, word_scores
from vsat_plugins.transcribe.word_confidence import (
    FEATURES,
    calibrated,
    confidences_of,
    features_of,
)

PIECES = [b"<unk>", b"<s>", b"</s>", b"<<ST_0>>", "▁".encode(), "▁no".encode(), b"w"]
PIECES += [b",", b"\xc3", b"\xa9", "a▁b".encode(), "\u00a0".encode(), b"'"]
TOKENS = st.lists(st.integers(0, len(PIECES) - 1), max_size=12)


def test_features_are_those_of_the_word_its_neighbours_and_the_utterance():
    words = [[-0.5, -0.1], [-0.2], [-1.0]]
    found = np.exp(features_of(words, -0.4)) - word_confidence.LEAST
    expected = [
        (0.5, 0.6, 0.0, 0.2, 0.4),
        (0.2, 0.2, 0.5, 1.0, 0.4),
        (1.0, 1.0, 0.2, 0.0, 0.4),
    ]
    np.testing.assert_allclose(found, expected, atol=1e-12)
    assert all(len(row) == 1 + len(FEATURES) for row in WEIGHTS.values())


@pytest.mark.parametrize("method", WEIGHTS)
def test_a_likelier_word_is_surer(method):
    others = ([-0.05], [-0.05, -0.1])
    sure = [confidences_of(method, [others[0], [p], others[1]], -0.2)[1] for p in (-3, -1, -0.1, 0)]
    assert sure == sorted(sure) and 0 < sure[0] < 0.5 < sure[-1] < 1


def test_a_method_without_weights_is_taken_at_its_word():
    assert confidences_of("nobody's", [[math.log(0.25), 0.0], [0.0]]) == (0.5, 1.0)
    assert confidences_of("nobody's", []) == confidences_of("moonshine", []) == ()


def test_probabilities_of_words_become_confidences(monkeypatch):
    answers = [Answer("a b", -0.5, confidences=(0.9, 0.0)), Answer("c", -0.5), Answer("", -0.5)]
    assert calibrated("somebody's", answers) == answers
    monkeypatch.setitem(WEIGHTS, "somebody's", (-2.0, 0.0, -1.0, 0.0, 0.0, 0.0))
    found = calibrated("somebody's", answers)
    assert found[1:] == answers[1:] and found[0].text == "a b"
    sure = [1 / (1 + math.exp(2 + math.log(0.001 - math.log(p)))) for p in (0.9, 1e-10)]
    assert found[0].confidences == pytest.approx(sure)


@given(TOKENS)
def test_every_word_has_the_scores_of_its_tokens(tokens):
    scores = [-float(k) for k in range(len(tokens))]
    words = word_scores(PIECES, tokens, [*scores, -99.0])
    assert len(words) == len(text_of(PIECES, tokens).split())
    assert all(words) and {s for word in words for s in word} <= set(scores)


def test_punctuation_counts_only_where_there_is_nothing_else():
    no, comma, w = PIECES.index("▁no".encode()), PIECES.index(b","), PIECES.index(b"w")
    assert word_scores(PIECES, [no, comma, no, w], [-1, -2, -3, -4]) == [[-1], [-3, -4]]
    assert word_scores(PIECES, [comma, no], [-1, -2]) == [[-1], [-2]]


def test_a_number_is_as_sure_as_its_least_sure_digit():
    text = "Is it 7, 9, 4, 6, 0, or 1, 2, 3, 4, 5, or 5 5 1 0 2?"
    sure = [0.9, 0.8, *(0.5, 0.5, 0.1, 0.5, 0.5), 0.7, *[0.6] * 5, 0.3, *(0.2, 0.4, 0.5, 0.5, 0.5)]
    (answer,) = joined_answers([Answer(text, confidences=tuple(sure))])
    assert answer.text == "Is it 79460, or 1, 2, 3, 4, 5, or 55102?"
    assert answer.confidences == (0.9, 0.8, 0.1, 0.7, *[0.6] * 5, 0.3, 0.2)
