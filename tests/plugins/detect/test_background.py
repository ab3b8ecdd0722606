"""What is no louder than the background is no speech of the recording."""

import attrs
import numpy as np
import pytest

from tests._support.tones import tones
from vsat_core.artifacts import SAMPLE_RATE, Audio, Environment, Speech
from vsat_plugins.detect.background import HOP, Background, averaged, powers_of

NOISE_DBFS, SNR_DB = -40.0, 20.0
ROOM = Environment("noisy", NOISE_DBFS + SNR_DB, NOISE_DBFS, SNR_DB, 8000.0)
RULE = Background.seconds(0.25, 5.0, 0.1, 0.3)


def whole(audio: Audio, voice: int = 3) -> Speech:
    n = len(audio.samples)
    return Speech(np.array([7]), np.array([n - 5]), np.array([voice], np.int32), n)


def without(rule: Background, speech: Speech, audio: Audio, min_speech: int) -> Speech:
    return rule.without(speech, audio, powers_of(audio.samples), min_speech)


def seconds(speech: Speech) -> list[tuple[float, float]]:
    times = zip(speech.start / SAMPLE_RATE, speech.end / SAMPLE_RATE, strict=True)
    return [(round(float(a), 1), round(float(b), 1)) for a, b in times]


def test_a_faint_stretch_is_cut_out_and_a_short_one_is_not():
    audio = tones(ROOM, (1, -20), (1, -38), (1, -20), (0.2, -38), (1, -20))
    heard = without(RULE, whole(audio), audio, 1)
    assert seconds(heard) == [(0.0, 1.1), (2.0, 4.2)]
    assert heard.start[0] == 7 and heard.end[-1] == len(audio.samples) - 5
    assert heard.voice.tolist() == [3, 3]
    assert heard.n_samples == len(audio.samples)


def test_the_ends_of_a_faint_stretch_are_kept():
    audio = tones(ROOM, (1, -20), (1, -38), (1, -20), (0.4, -38), (1, -20))
    cut = without(RULE, whole(audio), audio, 1)
    kept = without(attrs.evolve(RULE, margin=20), whole(audio), audio, 1)
    assert len(cut.start) == 3 and len(kept.start) == 2  # nothing is left of the shorter stretch
    assert kept.end[0] == cut.end[0] + 20 * HOP
    assert kept.start[1] == cut.start[1] - 20 * HOP


@pytest.mark.parametrize(("dbfs", "kept"), [(-36, False), (-34, True)])
def test_the_limit_is_a_share_of_the_ratio_but_no_more_than_the_range(dbfs, kept):
    audio = tones(ROOM, (1, -20), (1, dbfs), (1, -20))  # the share is 5 dB here
    assert (len(without(RULE, whole(audio), audio, 1).start) == 1) == kept
    near = attrs.evolve(RULE, range_db=1.0)
    assert len(without(near, whole(audio), audio, 1).start) == 1
    small = attrs.evolve(RULE, share=0.05)
    assert len(without(small, whole(audio), audio, 1).start) == 1


def test_the_noise_is_that_of_the_sound_after_its_gain():
    audio = tones(ROOM, (1, -20), (1, -38), (1, -20))
    louder = Audio(audio.samples * 10, attrs.evolve(ROOM, gain_db=20.0))
    assert seconds(without(RULE, whole(louder), louder, 1)) == [(0.0, 1.1), (2.0, 3.0)]
    assert len(without(RULE, whole(louder), Audio(louder.samples, ROOM), 1).start) == 1


def test_all_is_kept_where_nothing_is_known_or_asked():
    audio = tones(ROOM, (1, -20), (1, -38), (1, -20))
    speech = whole(audio)
    for rule, room in (
        (attrs.evolve(RULE, share=0.0), ROOM),
        (RULE, None),
        (RULE, attrs.evolve(ROOM, snr_db=0.0)),
    ):
        assert without(rule, speech, Audio(audio.samples, room), 1) is speech


def test_voices_that_overlap_are_cut_alike_and_stay_in_order():
    audio = tones(ROOM, (1, -20), (1, -38), (1, -20))
    n = len(audio.samples)
    both = Speech(np.array([0, 8000]), np.array([n, n]), np.array([1, 0], np.int32), n)
    heard = without(RULE, both, audio, 1)
    assert heard.voice.tolist() == [1, 0, 0, 1]
    assert np.all(np.diff(heard.start) >= 0)
    assert len(set(heard.start[2:].tolist())) == 1


def test_what_is_left_is_as_long_as_speech_must_be():
    audio = tones(ROOM, (1, -38), (0.06, -20), (1, -38))
    assert len(without(RULE, whole(audio), audio, 1).start) == 1
    assert len(without(RULE, whole(audio), audio, 8000).start) == 0


def test_powers_of_a_recording_of_any_length():
    x = np.random.default_rng(1).standard_normal(HOP * 6001 + 9).astype(np.float32)
    found = powers_of(x)
    assert len(found) == 6002
    assert found[6000] == pytest.approx(np.mean(x[6000 * HOP : 6001 * HOP].astype(float) ** 2))
    assert found[6001] == pytest.approx(np.sum(x[-9:].astype(float) ** 2) / HOP)
    assert len(powers_of(x[:0])) == 0


def test_averages_shrink_at_the_ends():
    x = np.arange(10.0)
    assert averaged(x, 4)[5] == x[3:7].mean()
    assert averaged(x, 4)[0] == x[:2].mean()
    assert averaged(x, 100).tolist() == [pytest.approx(4.5)] * 10
