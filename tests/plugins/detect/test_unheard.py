"""Loud sound in which the segmentation network hears nobody."""

import attrs
import numpy as np
import pytest

from tests._support.tones import tones
from vsat_core.artifacts import SAMPLE_RATE, Audio, Environment, Speech
from vsat_plugins.detect.background import powers_of
from vsat_plugins.detect.silero import FRAME, n_frames
from vsat_plugins.detect.unheard import NOBODY, Unheard

ROOM = Environment("noisy", -20.0, -40.0, 20.0, 8000.0)
RULE = Unheard(share=0.5, threshold=0.5, least=50)


def heard(audio: Audio, *segments: tuple[float, float, int]) -> Speech:
    columns = np.array(segments).reshape(-1, 3).T
    times = (columns[:2] * SAMPLE_RATE).astype(np.int64)
    return Speech(*times, columns[2].astype(np.int32), len(audio.samples))


class Judge:
    """Gives every frame the same probability and keeps what it was asked about."""

    def __init__(self, probability: float = 1.0) -> None:
        self.probability, self.asked = probability, []

    def __call__(self, samples: np.ndarray, out: np.ndarray) -> None:
        assert len(out) == n_frames(len(samples))
        self.asked.append(len(samples) / SAMPLE_RATE)
        out[:] = self.probability


def added(audio, speech, judge=None, rule=RULE):
    out = rule.added(speech, audio, powers_of(audio.samples), judge or Judge())
    rows = zip(out.start / SAMPLE_RATE, out.end / SAMPLE_RATE, out.voice, strict=True)
    return [(round(float(a), 1), round(float(b), 1), int(voice)) for a, b, voice in rows]


def test_loud_sound_that_nobody_was_heard_in_becomes_speech():
    audio = tones(ROOM, (1, -45), (2, -20), (1, -45))
    judge = Judge()
    assert added(audio, heard(audio), judge) == [(0.9, 3.1, NOBODY)]
    assert judge.asked == [pytest.approx(3.1, abs=0.05)]  # a second before it as well


@pytest.mark.parametrize(
    ("parts", "why"),
    [
        ([(1, -45), (2, -33), (1, -45)], "too near to the noise"),
        ([(1, -45), (0.2, -20), (1, -45)], "too short"),
    ],
)
def test_what_is_not_asked_about(parts, why):
    audio, judge = tones(ROOM, *parts), Judge()
    assert added(audio, heard(audio), judge) == []
    assert judge.asked == [], why


def test_nothing_is_added_where_silero_hears_no_speech_or_is_not_to_be_asked():
    audio = tones(ROOM, (1, -45), (2, -20), (1, -45))
    assert added(audio, heard(audio), Judge(0.49)) == []
    judge = Judge()
    assert added(audio, heard(audio), judge, attrs.evolve(RULE, threshold=1.0)) == []
    unknown = Audio(audio.samples)
    assert added(unknown, heard(unknown), judge) == []
    assert judge.asked == []


def test_speech_that_was_heard_stays_as_it_is():
    audio = tones(ROOM, (4, -20))
    speech = heard(audio, (0, 1.2, 5), (1, 4, 2))
    judge = Judge()
    assert RULE.added(speech, audio, powers_of(audio.samples), judge) is speech
    assert judge.asked == []


@pytest.mark.parametrize(("after", "voice"), [(7, 7), (8, NOBODY)])
def test_a_gap_within_one_voice_is_that_voice(after, voice):
    audio = tones(ROOM, (5, -20))
    found = added(audio, heard(audio, (0, 2, 7), (3, 5, after)))
    if voice == NOBODY:
        assert found == [(0.0, 2.0, 7), (2.0, 3.0, NOBODY), (3.0, 5.0, 8)]
    else:
        assert found == [(0.0, 5.0, 7)]


def test_only_the_part_that_silero_is_sure_of_is_added():
    audio = tones(ROOM, (6, -20))

    def second_half(samples: np.ndarray, out: np.ndarray) -> None:
        out[len(out) // 2 :] = 0.9

    assert added(audio, heard(audio), second_half) == [(3.0, 6.0, NOBODY)]


def test_probabilities_belong_to_the_right_sound():
    """The judge hears a second before the stretch; frames are counted from there."""
    audio = tones(ROOM, (2, -45), (3, -20), (1, -45))

    def loud(samples: np.ndarray, out: np.ndarray) -> None:
        for k in range(len(out)):
            out[k] = np.abs(samples[k * FRAME : (k + 1) * FRAME]).max() > 0.05

    assert added(audio, heard(audio), loud) == [(2.0, 5.0, NOBODY)]
