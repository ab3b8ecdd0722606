"""transcribe: what keeps invented words out, and spoken ones in."""

import math

import numpy as np
import pytest

from vsat_core.artifacts import SAMPLE_RATE, Audio, Utterances
from vsat_plugins.transcribe import FilterParams
from vsat_plugins.transcribe.hallucinations import (
    CUT_OFF,
    IMPROBABLE,
    LOOP,
    NO_SPEECH,
    TOO_FEW,
    TOO_MANY,
    Answer,
    HallucinationFilter,
    Removed,
)
from vsat_plugins.transcribe.loops import loop_in
from vsat_plugins.transcribe.speech_evidence import Speech
from vsat_plugins.transcribe.spoken_length import syllables

FILTER = HallucinationFilter(FilterParams())


def removed(
    text: str,
    speech_s: float,
    log_probability: float = -0.1,
    cut_off: bool = False,
    peak: float = 1.0,
) -> list[Removed]:
    answer = Answer(text, log_probability, len(text.split()), cut_off)
    return list(FILTER.untrusted(text.split(), answer, Speech(speech_s, peak)))


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", None),
        ("no no no no", None),
        ("no " * 8, (0, 1, 8)),
        ("I say: " + "no, " * 8, (2, 3, 10)),
        ("We go. " + "it is a thing " * 4 + "indeed", (2, 6, 18)),
        ("one two three one two three one two three", None),
    ],
)
def test_loops(text, expected):
    assert loop_in(text.split()) == expected


@pytest.mark.parametrize(
    ("text", "speech_s"),
    [
        ("No, " * 8 + "That is not what I said.", 2.5),
        ("yes " * 5, 1.0),
        ("4420794609 58", 6.0),
        ("zero zero zero zero zero zero zero zero", 3.0),
        ("47119236", 8.0),
        ("S. M. I. T. H.", 2.0),
        ("You.", 0.3),
        ("Thank you for watching.", 1.0),
        ("Yes.", 0.4),
        ("$25.99 and 50%", 2.5),
    ],
)
def test_what_is_spoken_is_kept(text, speech_s):
    assert removed(text, speech_s) == []


@pytest.mark.parametrize(
    ("text", "speech_s", "log_probability", "reason"),
    [
        ("You", 0.0, -0.05, NO_SPEECH),
        ("© transcript Emily Beynon", 5.0, -0.4, NO_SPEECH),
        ("The first one is the first one of all.", 0.2, -0.4, TOO_MANY),
        ("Thank you for watching.", 0.5, -0.3, TOO_MANY),
        ("Yes.", 10.0, -0.1, TOO_FEW),
        ("This is the opportunity of the city and of its people.", 4.0, -1.2, IMPROBABLE),
        ("it is a thing " * 4, 6.0, -0.5, LOOP),
    ],
)
def test_what_the_sound_does_not_support_goes(text, speech_s, log_probability, reason):
    assert removed(text, speech_s, log_probability) == [Removed(0, len(text.split()), reason)]


@pytest.mark.parametrize(
    ("text", "speech_s", "log_probability", "peak", "reason"),
    [
        ("Hello", 0.5, -1.2, 1.0, ""),  # one short word may be less probable than a long text
        ("Hello there to all of you who came", 3.0, -1.3, 1.0, IMPROBABLE),
        ("Hello there to all of you", 3.0, math.nan, 1.0, ""),
        # a short stock phrase needs very clear speech or a better probability
        ("Oh.", 0.4, -0.4, 0.9, IMPROBABLE),
        ("Oh.", 0.4, -0.4, 0.99, ""),
        ("Oh.", 0.4, -0.3, 0.9, ""),
        ("Thank you for watching.", 1.2, -0.5, 1.0, IMPROBABLE),
        ("Thank you for watching.", 1.2, -0.2, 1.0, ""),
        # without a full stop it is the answer to no speech
        ("You", 0.4, -0.2, 1.0, NO_SPEECH),
        ("You.", 0.4, -0.6, 1.0, ""),
        # a probable text is kept where no speech is detected
        ("right right right right right", 0.0, -0.15, 1.0, ""),
        ("right right right right right", 0.0, -0.3, 1.0, NO_SPEECH),
    ],
)
def test_how_probable_a_text_must_be(text, speech_s, log_probability, peak, reason):
    expected = [Removed(0, len(text.split()), reason)] if reason else []
    assert removed(text, speech_s, log_probability, peak=peak) == expected


@pytest.mark.parametrize(
    ("text", "speech_s", "expected"),
    [
        # a runaway loop keeps its first round and what came before
        ("nine eight " + "one " * 30, 8.0, Removed(3, 32, LOOP)),
        ("2021" + "-2021" * 20, 8.0, Removed(0, 1, LOOP)),  # one word without end
        ("order number four", 3.0, Removed(3, 3, CUT_OFF)),  # marked at its end
    ],
)
def test_a_text_that_was_cut_off(text, speech_s, expected):
    assert removed(text, speech_s, cut_off=True) == [expected]


def texts_of(*answers: Answer, speech_s: float):
    """What the filter makes of these answers, each with so much speech."""
    filter_ = HallucinationFilter(FilterParams())
    filter_.speech_in = lambda samples: Speech(speech_s, 1.0)  # type: ignore[assignment]
    n = np.arange(len(answers) + 1) * SAMPLE_RATE
    return filter_(Audio(np.ones(n[-1], np.float32)), Utterances(n[:-1], n[1:]), answers)


def test_removed_parts_are_kept_with_their_place_and_reason():
    loop = Answer("We go. " + "no, " * 8 + "indeed", -0.1, 11, cut_off=True)
    found = texts_of(
        Answer("♪ Yes. ♪", -0.1, 3), loop, Answer("la la " * 40, -0.3, 80), speech_s=1.5
    )
    assert list(found.text) == ["Yes.", "We go. no, indeed", ""]
    assert found.unclear_utterance.tolist() == [1, 1, 2]
    assert found.unclear_place.tolist() == [3, 4, 0]
    assert list(found.unclear_text) == ["no, " * 6 + "no,", "", ("la la " * 40).strip()]
    assert list(found.unclear_reason) == [LOOP, CUT_OFF, TOO_MANY]


def test_times_of_removed_words_go_with_them():
    times = tuple((k, k + 1) for k in range(10))
    found = texts_of(Answer("♪ We " + "no " * 8, times=times, cut_off=True), speech_s=2.0)
    assert (list(found.text), found.word_start.tolist()) == (["We no"], [1, 2])


@pytest.mark.parametrize(
    ("text", "least", "most"),
    [
        ("", 0, 0),
        ("Good morning.", 3, 3),
        ("2026", 4, 12),
        ("1000", 1, 12),
        ("BBC", 1, 3),
        ("50%", 2, 8),
        ("one-two", 2, 2),
    ],
)
def test_spoken_length(text, least, most):
    assert syllables(text) == (least, most)


@pytest.mark.parametrize(
    ("text", "speech_s", "log_probability", "reason"),
    [
        # other scripts are as long as they are spoken
        ("Доброе утро всем вам", 1.2, -0.1, ""),
        ("今 天 天 气 很 好 。", 1.5, -0.1, ""),
        ("今 天 天 气 很 好 。" * 8, 1.5, -0.5, TOO_MANY),
        ("สวัสดี ครับ", 1.0, -0.1, ""),
        # credits of subtitles are never said, phrases for watchers seldom
        ("Untertitel der Amara.org-Community", 2.0, -0.1, NO_SPEECH),
        ("字 幕 由 Amara.org 社 区 提 供", 2.0, -0.1, NO_SPEECH),
        ("Über die Untertitel der Sendung reden wir noch", 3.0, -0.1, ""),
        ("ご 視 聴 ありがとう ございました", 2.0, -0.5, IMPROBABLE),
        ("Vielen Dank.", 0.6, -0.5, ""),
    ],
)
def test_other_languages(text, speech_s, log_probability, reason):
    expected = [Removed(0, len(text.split()), reason)] if reason else []
    assert removed(text, speech_s, log_probability) == expected


@pytest.mark.parametrize(
    ("no_speech", "log_probability", "kept"),
    [(0.9, -0.9, False), (0.9, -0.5, True), (0.2, -0.9, True)],
)
def test_the_recognisers_own_doubt_of_speech_counts_for_improbable_texts(
    no_speech, log_probability, kept
):
    answer = Answer("it was there", log_probability, 3, no_speech=no_speech)
    assert (not list(FILTER.untrusted(answer.text.split(), answer, Speech(1.0, 1.0)))) == kept


def test_a_loop_inside_one_word_is_no_word():
    """It is probable, so nothing else would find it, and it ended by itself."""
    word = "4-" * 40
    assert removed(f"well {word}", 20.0, -0.1) == [Removed(0, 2, LOOP)]
    assert removed("Donaudampfschifffahrtsgesellschaftskapitän", 3.0) == []


def test_confidences_and_languages_go_with_the_words_that_are_kept():
    known = Answer("a -- b", -0.1, 3, language="de", confidences=(0.5, 0.1, 0.75))
    texts = texts_of(known, Answer(), Answer("c", -0.1, 1), speech_s=1.0)
    assert list(texts.language) == ["de", "", ""]
    np.testing.assert_array_equal(texts.confidence, np.float32([0.5, 0.75, math.nan]))
    assert len(texts_of(Answer("c", -0.1, 1), speech_s=1.0).confidence) == 0
