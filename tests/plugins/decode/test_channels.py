"""Channels are averaged unless the mean would cancel or drown the voice; the same in every
decoder.
"""

import numpy as np
import pytest
from test_joined import read

from tests._support.encoders import by_ffmpeg, by_sndfile, speechlike
from vsat_plugins.decode.channels import Channels
from vsat_plugins.decode.sndfile_vectorized import Vectorized
from vsat_plugins.decode.wave_baseline import Baseline

VOICE = speechlike(6)
RNG = np.random.default_rng(2)
NOISE = 0.2 * RNG.normal(size=len(VOICE))
HUM = 0.4 * np.sin(2 * np.pi * 50 * np.arange(len(VOICE)) / 16_000)
OTHER = np.roll(speechlike(6, seed=9), 8_000)


def weights(*channels):
    found = Channels(len(channels), 16_000)
    stacked = np.stack(channels, axis=1).astype(np.float32)
    for first in range(0, len(stacked), 20_000):
        found.add(stacked[first : first + 20_000])
    return found.weights()


@pytest.mark.parametrize(
    "channels",
    [
        (VOICE, VOICE),
        (VOICE, 0.1 * VOICE),
        (VOICE, 0 * VOICE),
        (VOICE, OTHER),
        (VOICE, 0.001 * NOISE),
        (VOICE + 0.05 * NOISE, VOICE + 0.05 * NOISE[::-1]),
        (NOISE, NOISE[::-1]),
        (VOICE, OTHER + 0.05 * NOISE),
        (VOICE,),
    ],
    ids=[
        "equal",
        "quieter",
        "one silent",
        "two speakers",
        "faint noise",
        "two microphones",
        "noise alone",
        "a speaker on a noisy line",
        "mono",
    ],
)
def test_averaged(channels):
    assert weights(*channels) is None


@pytest.mark.parametrize(
    ("channels", "right"),
    [
        ((VOICE, -VOICE), (0.5, -0.5)),
        ((VOICE, -0.5 * VOICE), (0.5, -0.5)),
        ((0.3 * VOICE, -VOICE), (-0.5, 0.5)),
        ((VOICE + 0.01 * NOISE, -VOICE + 0.01 * NOISE[::-1]), (0.5, -0.5)),
        ((VOICE, NOISE), (1, 0)),
        ((HUM, VOICE), (0, 1)),
        ((VOICE, HUM, -VOICE), (0.5, 0, -0.5)),
        ((VOICE + 0.1, -VOICE + 0.1), (0.5, -0.5)),
    ],
    ids=[
        "opposite",
        "opposite and quieter",
        "louder one leads",
        "opposite with noise",
        "loud noise",
        "loud hum",
        "both",
        "with an offset",
    ],
)
def test_not_averaged(channels, right):
    np.testing.assert_allclose(weights(*channels), right, atol=1e-6)


@pytest.mark.parametrize(
    "stage", [None, Vectorized(None, None), Baseline(None, None)], ids=["auto", "sndfile", "wave"]
)
def test_opposite_phase_is_heard_and_reported(stage, tmp_path):
    samples, notes = read(by_sndfile(np.stack((VOICE, -VOICE), axis=1), "WAV"), tmp_path, stage)
    np.testing.assert_allclose(samples, VOICE, atol=1e-3)
    assert notes == ["channel 2 is in opposite phase and was inverted, or the voices would cancel"]


def test_a_channel_of_noise_in_a_file_for_ffmpeg(tmp_path):
    sound = np.clip(np.stack((NOISE, VOICE), axis=1), -1, 1)
    samples, notes = read(by_sndfile(sound, "OGG"), tmp_path)
    assert np.corrcoef(samples[: len(VOICE)], VOICE[: len(samples)])[0, 1] > 0.95
    assert "channel 1 holds only a steady loud sound" in notes[0]


def test_all_tracks_are_mixed_and_named_or_one_is_taken(tmp_path):
    from vsat_plugins.decode import Limits, TrackParams
    from vsat_plugins.decode.auto_native import Native

    late = np.concatenate((np.zeros(16_000), OTHER))
    content = by_ffmpeg([VOICE, late], "matroska", "flac")
    samples, notes = read(content, tmp_path)
    mean = np.zeros(len(late))
    mean[: len(VOICE)] += VOICE / 2
    mean += late / 2
    np.testing.assert_allclose(samples, mean, atol=1e-3)
    assert notes == ["2 audio tracks were mixed (1; 2); --track N takes one of them"]
    samples, notes = read(content, tmp_path, Native(TrackParams(track=2), Limits()))
    np.testing.assert_allclose(samples, late, atol=1e-3)
    assert notes == []
