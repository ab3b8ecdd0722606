"""What an English recogniser's answers show of the language: counted by hand, no model."""

import math

import attrs
import numpy as np
import pytest

from vsat_core.artifacts import SAMPLE_RATE, Audio, Environment, TextColumn, Texts, Utterances
from vsat_core.contract.workspace import Workspace
from vsat_plugins.transcribe.hallucinations import Answer
from vsat_plugins.transcribe.language_check import (
    ENGLISH,
    NOTE,
    UNDETERMINED,
    implausible,
    is_implausible,
    marked,
    novelty,
)


def is_foreign(texts, log_probabilities, seconds) -> bool:
    answers = [Answer(t, p, 12) for t, p in zip(texts, log_probabilities, strict=True)]
    return is_implausible(answers, seconds)


TEXT = "it is recommended that the biography is informing about the climate"


@pytest.mark.parametrize(
    ("text", "share"),
    [
        ("", 1),
        ("No.", 1),
        ("yes and no", 1),
        ("the Lord, the Lord, the Lord", 0.4),
        ("no no no", 0.5),
    ],
)
def test_novelty(text, share):
    assert novelty(text) == pytest.approx(share)


@pytest.mark.parametrize(
    ("log_probability", "foreign"), [(-0.1, False), (-0.5, False), (-1.0, True), (-2.5, True)]
)
def test_unlikely_texts_are_foreign(log_probability, foreign):
    assert is_foreign([TEXT] * 3, [log_probability] * 3, [4.0] * 3) == foreign


def test_a_loop_does_not_hide_a_foreign_language():
    """The log-probability of repeated phrases is high; that of the same number of new words
    is not.
    """
    assert is_foreign(
        ["the first part of the first part of the first part of the first part"], [-0.4], [10.0]
    )
    assert not is_foreign([TEXT], [-0.4], [10.0])


def test_counting_in_english_is_no_loop_of_another_language():
    assert not is_foreign(["1, 6, 7, 8, " * 20], [-0.16], [19.0])
    assert not is_foreign(["one two three four five six seven " * 4], [-0.3], [20.0])


@pytest.mark.parametrize(
    ("n_foreign", "foreign"), [(0, False), (1, False), (3, False), (5, True), (10, True)]
)
def test_a_large_part_must_be_foreign(n_foreign, foreign):
    values = [-1.2] * n_foreign + [-0.2] * (10 - n_foreign)
    assert is_foreign([TEXT] * 10, values, [4.0] * 10) == foreign


@pytest.mark.parametrize("seconds", [0.0, 1.0, 2.0])
def test_too_little_speech_says_nothing(seconds):
    assert not is_foreign([TEXT], [-1.2], [seconds])
    assert not is_foreign([], [], [])


def test_interjections_say_nothing():
    assert not is_foreign(["Uh-huh.", "Yeah, right."] * 10, [-3.0] * 20, [2.0] * 20)


def test_unknown_log_probabilities_are_no_evidence():
    assert not is_foreign([TEXT] * 3, [math.nan] * 3, [4.0] * 3)


FOREIGN = "much of the speech does not seem to be English"
WRONG = "about 40% of its words would be wrong"


@pytest.mark.parametrize(
    ("log_probability", "snr_db", "notes", "reason"),
    [
        (-1.2, None, [NOTE], FOREIGN),
        (-1.2, 30.0, [NOTE], FOREIGN),
        (-1.2, 6.0, [], ""),
        (-0.2, 30.0, [], ""),
        (-0.2, 6.0, [], ""),
    ],
)
def test_what_is_said_of_a_recording(log_probability, snr_db, notes, reason):
    environment = (
        None if snr_db is None else Environment("quiet", -23.0, -23.0 - snr_db, snr_db, 8_000.0)
    )
    audio = Audio(np.zeros(12 * SAMPLE_RATE, np.float32), environment)
    edges = np.arange(4) * 4 * SAMPLE_RATE
    warnings: list[str] = []
    answers = [Answer(TEXT, log_probability, 12)] * 2 + [Answer("Yes.", -0.1, 3)]
    with Workspace(on_warning=warnings.append) as run:
        found = marked(run, audio, Utterances(edges[:-1], edges[1:]), answers)
    assert warnings == notes
    own = UNDETERMINED if log_probability < -1 else ENGLISH
    assert [answer.language for answer in found] == [own, own, ENGLISH]
    texts = attrs.evolve(
        Texts.untimed([a.text for a in found]), language=TextColumn.of(a.language for a in found)
    )
    assert implausible(audio, texts) == reason


@pytest.mark.parametrize(
    ("n", "confidence", "reason"),
    [(30, 0.6, WRONG), (30, 0.7, ""), (10, 0.1, ""), (30, math.nan, ""), (0, 0.0, "")],
)
def test_words_that_would_be_wrong(n, confidence, reason):
    texts = attrs.evolve(
        Texts.untimed(["word " * n]),
        language=TextColumn.of([ENGLISH]),
        confidence=np.full(n, confidence, np.float32),
    )
    assert implausible(Audio(np.zeros(SAMPLE_RATE, np.float32)), texts) == reason
