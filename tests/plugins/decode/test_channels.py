"""Channels are averaged unless the mean would cancel or drown the voice; the same in every
decoder.
"""

import numpy as np
import pytest

from tests._support.encoders import by_ffmpeg, by_sndfile, speechlike
from vsat_plugins.decode.channels import Channels

VOICE = speechlike(6)
RNG = np.random.default_rng(2)
NOISE = 0.2 * RNG.normal(size=len(VOICE))
HUM = 0.4 * np.sin(2 * np.pi * 50 * np.arange(len(VOICE)) / 16_000)
OTHER = np.roll(speechlike(6, seed=9), 8_000)
FIRST = np.arange(len(VOICE)) < len(VOICE) // 2


def weights(*channels):
    gathered = Channels(len(channels), 16_000)
    stacked = np.stack(channels, axis=1).astype(np.float32)
    for first in range(0, len(stacked), 20_000):
        gathered.add(stacked[first : first + 20_000])
    return gathered.weights()


AVERAGED = {
    "equal": (VOICE, VOICE),
    "quieter": (VOICE, 0.1 * VOICE),
    "one silent": (VOICE, 0 * VOICE),
    "two speakers": (VOICE, OTHER),
    "faint noise": (VOICE, 0.001 * NOISE),
    "two microphones": (VOICE + 0.05 * NOISE, VOICE + 0.05 * NOISE[::-1]),
    "noise alone": (NOISE, NOISE[::-1]),
    "a speaker on a noisy line": (VOICE, OTHER + 0.05 * NOISE),
    "all overdriven": (np.clip(30 * VOICE, -0.5, 0.5), np.clip(30 * VOICE, -0.4, 0.4)),
    "somebody overdriven": (VOICE * FIRST, np.clip(30 * VOICE * ~FIRST, -0.5, 0.5)),
    "mono": (VOICE,),
}
WEIGHTED = {
    "opposite": ((VOICE, -VOICE), (1, 0)),
    "opposite and quieter": ((VOICE, -0.5 * VOICE), (1, 0)),
    "louder one leads": ((0.3 * VOICE, -VOICE), (0, 1)),
    "with faint noise": ((VOICE + 0.01 * NOISE, -VOICE + 0.01 * NOISE[::-1]), (1, 0)),
    "with noise": ((VOICE + 0.1 * NOISE, -VOICE + 0.1 * NOISE[::-1]), (0.5, -0.5)),
    "another speaker as well": ((VOICE, OTHER, -VOICE), (0.5, 0.5, 0)),
    "two of four": ((VOICE, -VOICE, 0.5 * VOICE, -0.5 * VOICE), (0.5, 0, 0.5, 0)),
    "an echo": ((VOICE, -VOICE - 0.4 * np.roll(VOICE, 800)), (0.5, -0.5)),
    "loud noise": ((VOICE, NOISE), (1, 0)),
    "loud hum": ((HUM, VOICE), (0, 1)),
    "both": ((VOICE, HUM, -VOICE), (1, 0, 0)),
    "overdriven": ((VOICE, np.clip(30 * VOICE, -0.5, 0.5)), (1, 0)),
    "overdriven and louder": ((np.clip(30 * VOICE, -0.9, 0.9), 0.3 * VOICE), (0, 1)),
    "with an offset": ((VOICE + 0.1, -VOICE + 0.1), (1, 0)),
}


@pytest.mark.parametrize("case", AVERAGED)
def test_averaged(case):
    assert weights(*AVERAGED[case]) is None


@pytest.mark.parametrize("case", WEIGHTED)
def test_not_averaged(case):
    channels, right = WEIGHTED[case]
    np.testing.assert_allclose(weights(*channels), right, atol=1e-6)


@pytest.mark.parametrize("decoder", ["auto", "sndfile", "wave"])
@pytest.mark.parametrize("rate", [16_000, 44_100])
def test_a_channel_and_its_inverse_are_that_channel(decoder, rate, decode, warnings):
    both = by_sndfile(np.stack((VOICE, -VOICE), axis=1), "WAV", rate=rate)
    mono = decode(by_sndfile(VOICE, "WAV", rate=rate), decoder)
    np.testing.assert_array_equal(decode(both, decoder), mono)
    assert warnings == [
        "channel 2 is channel 1 in opposite phase and left out, or the voices would cancel"
    ]


def test_opposite_phase_with_sound_of_its_own_is_reported(decode, warnings):
    noisy = [(sign * VOICE + 0.1 * noise) / 2 for sign, noise in ((1, NOISE), (-1, NOISE[::-1]))]
    samples = decode(by_sndfile(np.stack(noisy, axis=1), "WAV"))
    np.testing.assert_allclose(samples, (noisy[0] - noisy[1]) / 2, atol=1e-3)
    assert warnings == ["channel 2 is in opposite phase and inverted, or the voices would cancel"]


def test_an_overdriven_channel_is_left_out_and_named(decode, warnings):
    both = np.stack((VOICE, np.clip(30 * VOICE, -0.5, 0.5)), axis=1)
    np.testing.assert_allclose(decode(by_sndfile(both, "WAV")), VOICE, atol=1e-3)
    assert warnings == ["channel 2 is left out: overdriven, and not needed"]


def test_a_channel_of_noise_in_a_compressed_file(decode, warnings):
    samples = decode(by_sndfile(np.clip(np.stack((NOISE, VOICE), axis=1), -1, 1), "OGG"))
    assert np.corrcoef(samples[: len(VOICE)], VOICE[: len(samples)])[0, 1] > 0.95
    assert warnings == ["channel 1 is left out: nothing but a steady loud sound"]


def test_all_tracks_are_mixed_and_named_or_one_is_taken(decode, warnings):
    late = np.concatenate((np.zeros(16_000), OTHER))
    content = by_ffmpeg([VOICE, late], "matroska", "flac")
    mean = late / 2
    mean[: len(VOICE)] += VOICE / 2
    np.testing.assert_allclose(decode(content), mean, atol=1e-3)
    assert warnings == ["2 audio tracks were mixed (1; 2); --track N takes one of them"]
    np.testing.assert_allclose(decode(content, track=2), late, atol=1e-3)
    assert len(warnings) == 1
