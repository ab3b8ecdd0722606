"""Cross-talk of another channel is told from speech of the channel's own."""

import numpy as np
import pytest

from vsat_core.artifacts import SAMPLE_RATE, Audio, Speech
from vsat_core.channels.crosstalk import FRAME, levels_of, own_speech, steady

RNG = np.random.default_rng(8)
# seconds in which the first and the second channel's speakers talk
ONE = [(0.5, 3.0), (5.0, 8.0), (12.0, 14.5)]
OTHER = [(3.2, 4.8), (7.0, 10.0), (14.0, 16.0)]
BOTH = sorted(ONE + OTHER)
N = 17 * SAMPLE_RATE


def voice(spans):
    """Noise that is as uneven as syllables, and silence."""
    sound = np.zeros(N)
    for start, end in spans:
        n = int((end - start) * SAMPLE_RATE)
        gains = 10 ** (RNG.uniform(-12, 0, n // 2_400 + 1) / 20)
        first = int(start * SAMPLE_RATE)
        sound[first : first + n] = 0.3 * RNG.normal(size=n) * np.repeat(gains, 2_400)[:n]
    return sound


def speech(spans):
    start, end = (np.array(bound) * SAMPLE_RATE for bound in zip(*spans, strict=True))
    voices = np.arange(len(spans), dtype=np.int32)
    return Speech(start.astype(np.int64), end.astype(np.int64), voices, N)


def seconds_outside(found, spans):
    """Of the one set of segments, how much lies outside of the other, both ways."""
    marks = np.zeros((2, N), bool)
    for row, segments in zip(marks, (found, speech(spans)), strict=True):
        for start, end in zip(segments.start, segments.end, strict=True):
            row[start:end] = True
    return (marks[0] & ~marks[1]).sum() / SAMPLE_RATE, (marks[1] & ~marks[0]).sum() / SAMPLE_RATE


@pytest.mark.parametrize("leak_db", [-12, -20, -30])
@pytest.mark.parametrize("gain", [1.0, 0.1])
def test_what_leaks_in_is_removed_and_the_rest_stays(leak_db, gain):
    one, other, leak = voice(ONE), voice(OTHER), 10 ** (leak_db / 20)
    hiss = 1e-4 * RNG.normal(size=(2, N))
    sounds = np.stack([one + leak * other, gain * (other + leak * one)]) + hiss
    heard = [speech(BOTH), speech(BOTH)]  # a detector hears both on both channels
    own = own_speech([Audio(s.astype(np.float32)) for s in sounds], heard)
    for found, spans in zip(own, (ONE, OTHER), strict=True):
        false_s, lost_s = seconds_outside(found, spans)
        assert false_s < 0.3
        assert lost_s < 0.5


def test_without_cross_talk_nothing_changes():
    sounds = [Audio(voice(spans).astype(np.float32)) for spans in (ONE, OTHER)]
    heard = [speech(ONE), speech(OTHER)]
    assert own_speech(sounds, heard) == heard


def test_a_channel_without_speech():
    sounds = [Audio(voice(ONE).astype(np.float32)), Audio(np.zeros(N, np.float32))]
    nothing = Speech([], [], [], N)
    assert own_speech(sounds, [speech(ONE), nothing]) == [speech(ONE), nothing]


def test_levels_are_those_of_the_frames():
    samples = np.concatenate([np.full(FRAME, 0.1), np.zeros(FRAME), np.full(FRAME // 2, 1.0)])
    np.testing.assert_allclose(levels_of(samples.astype(np.float32)), [-20, -100, -3.01], atol=0.01)


def test_short_interruptions_and_short_stretches_go():
    on = np.array([0, 1, 1, 1, 1, 1, 0, 0, 1, 1, 1, 0, 0, 0, 0, 0, 1, 0], bool)
    assert steady(on).astype(int).tolist() == [0] + [1] * 10 + [0] * 7
