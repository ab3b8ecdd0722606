"""Silence is judged by the recording's own noise, and quiet utterances are brought up."""

import numpy as np
import pytest

from vsat_core.artifacts import SAMPLE_RATE, Audio, Environment
from vsat_plugins.transcribe.level import TARGET_DBFS, brought_up
from vsat_plugins.transcribe.silence import is_silent, loudest_power, threshold_dbfs


def tone(dbfs, seconds=1.0):
    """A sine of this RMS level."""
    t = np.arange(round(seconds * SAMPLE_RATE)) / SAMPLE_RATE
    return (2**0.5 * 10 ** (dbfs / 20) * np.sin(2 * np.pi * 500 * t)).astype(np.float32)


def room(noise_dbfs, gain_db=0.0, kind="quiet"):
    return Environment(kind, noise_dbfs + 40, noise_dbfs, 40.0, 8_000.0, gain_db)


@pytest.mark.parametrize(
    ("environment", "threshold"),
    [
        (None, -60),
        (room(-50), -60),  # loud noise: what was asked
        (room(-90), -85),
        (room(-130), -125),
        (room(-130, gain_db=50), -75),  # as it is after the gain
        (room(-96, kind="silent"), -60),  # nothing rises above this noise
    ],
)
def test_threshold(environment, threshold):
    assert threshold_dbfs(Audio(tone(-20), environment), -60) == pytest.approx(threshold)


def test_a_far_speaker_is_recognised_in_a_quiet_room_only():
    assert is_silent(Audio(tone(-70)), 0, SAMPLE_RATE)
    assert not is_silent(Audio(tone(-70), room(-90)), 0, SAMPLE_RATE)
    assert is_silent(Audio(tone(-88), room(-90)), 0, SAMPLE_RATE)


def test_silence_is_judged_by_the_loudest_moment():
    sound = np.zeros(SAMPLE_RATE, np.float32)
    assert is_silent(Audio(sound), 0, SAMPLE_RATE)
    assert is_silent(Audio(sound, room(-102)), 0, SAMPLE_RATE)
    sound[8_000:9_000] = 0.01  # -40 dBFS
    assert not is_silent(Audio(sound), 0, SAMPLE_RATE)
    assert is_silent(Audio(sound), 0, SAMPLE_RATE, -30)


@pytest.mark.parametrize("n", [0, 1, 479])
def test_less_than_a_frame_is_silent(n):
    assert is_silent(Audio(np.ones(n, np.float32)), 0, n)


def test_usual_levels_are_left_alone():
    sound = tone(-44)
    assert brought_up(sound) is sound
    assert brought_up(np.zeros(1000, np.float32)).max() == 0


@pytest.mark.parametrize("dbfs", [-46, -80, -140])
def test_quiet_sound_is_brought_up(dbfs):
    louder = brought_up(tone(dbfs))
    assert louder.dtype == np.float32
    assert 10 * np.log10(loudest_power(louder)) == pytest.approx(TARGET_DBFS, abs=0.1)


def test_no_sample_leaves_full_scale():
    sound = tone(-60)
    sound[100] = 0.5  # a click, in the frame that counts
    assert np.abs(brought_up(sound)).max() <= 1
