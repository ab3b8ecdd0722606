"""What the channels of a recording are to each other, and what becomes of them."""

import numpy as np
import pytest

from tests._support.encoders import by_ffmpeg, by_sndfile, speechlike
from vsat_core.artifacts import Layout
from vsat_core.errors import InputError

SECONDS = 12
RNG = np.random.default_rng(4)
HISS = 0.001 * RNG.normal(size=(4, SECONDS * 16_000))
# two speakers who take turns of two seconds, and overlap a little
TURNS = np.arange(SECONDS * 16_000) // 32_000 % 2
ONE = speechlike(SECONDS) * (TURNS == 0)
OTHER = np.roll(speechlike(SECONDS, seed=9) * (TURNS == 1), -4_000)


def wav(*channels):
    stacked = np.stack([c + h for c, h in zip(channels, HISS, strict=False)], axis=1)
    return by_sndfile(np.clip(stacked, -1, 1), "WAV")


CALL = wav(ONE, OTHER)
CROSSTALK = wav(ONE + 0.1 * OTHER, OTHER + 0.1 * ONE)
UNEVEN = wav(ONE, 0.05 * OTHER)
ROOM = wav(ONE + 0.7 * OTHER, np.roll(0.8 * ONE + OTHER, 12))
DEAD = wav(ONE + OTHER, 0 * ONE)
COPIES = by_sndfile(np.stack([ONE + OTHER] * 2, axis=1), "WAV")


@pytest.mark.parametrize(
    ("content", "way"), [(CALL, "split"), (CROSSTALK, "split"), (UNEVEN, "split"), (ROOM, "mix")]
)
def test_auto_splits_where_each_channel_has_a_speaker_of_its_own(content, way, decode_audio):
    layout = decode_audio(content, params={"channels": "auto"}).layout
    assert (layout.n, layout.way, layout.used) == (2, way, (1, 2))


@pytest.mark.parametrize("asked", ["auto", "split", "best"])
@pytest.mark.parametrize("content", [DEAD, COPIES])
def test_a_channel_without_speech_of_its_own_is_left_out(asked, content, decode_audio, warnings):
    audio = decode_audio(content, params={"channels": asked})
    assert audio.layout == Layout(2, "mix", (1,), "it alone holds clear speech of its own")
    np.testing.assert_allclose(audio.samples, ONE + OTHER, atol=0.01)
    assert warnings == ["2 channels: channel 1 is taken: it alone holds clear speech of its own"]


@pytest.mark.parametrize("asked", ["auto", "split", "best"])
def test_an_overdriven_channel_is_left_out_unless_somebody_speaks_there_alone(asked, decode_audio):
    hard = 30 * (ONE + OTHER)
    audio = decode_audio(wav(ONE + OTHER, np.clip(hard, -0.5, 0.5)), params={"channels": asked})
    assert audio.layout.used == (1,)
    own = decode_audio(wav(ONE, np.clip(30 * OTHER, -0.5, 0.5)), params={"channels": "auto"})
    assert own.layout.way == "split" and own.layout.used == (1, 2)


@pytest.mark.parametrize("decoder", ["auto", "sndfile", "wave", "av"])
def test_one_channel_alone(decoder, decode_audio, warnings):
    audio = decode_audio(CALL, decoder, {"channel": 2})
    np.testing.assert_allclose(audio.samples, OTHER + HISS[1], atol=1e-3)
    assert warnings == [] and audio.layout is None


@pytest.mark.parametrize("decoder", ["auto", "sndfile", "wave", "av"])
def test_best_takes_the_channel_with_the_least_noise(decoder, decode_audio, warnings):
    noisy = wav(ONE + 30 * HISS[3], 0.3 * ONE, ONE + 10 * HISS[3])
    audio = decode_audio(noisy, decoder, {"channels": "best"})
    assert audio.layout.used == (2,)
    np.testing.assert_allclose(audio.samples, 0.3 * ONE + HISS[1], atol=1e-3)
    assert warnings[0].startswith("3 channels: channel 2 is taken: its signal-to-noise ratio")


def test_a_mix_is_of_the_channels_that_speak(decode_audio):
    one, other = ONE + 0.7 * OTHER, np.roll(0.8 * ONE + OTHER, 12)
    audio = decode_audio(wav(one, 0 * ONE, other), params={"channels": "auto"})
    assert (audio.layout.way, audio.layout.used) == ("mix", (1, 3))
    np.testing.assert_allclose(audio.samples, (one + other + HISS[0] + HISS[2]) / 2, atol=1e-3)


def test_a_mix_keeps_a_channel_whose_inverse_is_louder(decode_audio):
    one, other = ONE + 0.7 * OTHER, np.roll(0.8 * ONE + OTHER, 12)
    audio = decode_audio(wav(0.5 * one, -one, other), params={"channels": "auto"})
    assert (audio.layout.way, audio.layout.used) == ("mix", (1, 3))
    expected = (0.5 * one + other + HISS[0] + HISS[2]) / 2
    np.testing.assert_allclose(audio.samples, expected, atol=1e-3)


def test_tracks_are_channels_where_all_are_taken(decode_audio, warnings):
    content = by_ffmpeg([ONE + HISS[0], OTHER + HISS[1]], "matroska", "flac")
    audio = decode_audio(content, params={"channels": "auto"})
    assert audio.layout.way == "split"
    assert "tracks 1 and 2 are transcribed each on its own" in warnings[0]
    second = decode_audio(content, params={"channel": 2})
    np.testing.assert_allclose(second.samples, OTHER + HISS[1], atol=1e-3)


def test_mix_is_what_it_was(decode_audio, warnings):
    audio = decode_audio(CALL)
    np.testing.assert_allclose(audio.samples, (ONE + OTHER + HISS[0] + HISS[1]) / 2, atol=1e-3)
    assert audio.layout is None and warnings == []


def test_a_channel_that_is_not_there(decode_audio):
    with pytest.raises(InputError, match=r"has 2 channels; stages\.decode\.channel got 3"):
        decode_audio(CALL, params={"channel": 3})
