"""The techniques of `wave`: the filter against SciPy's design, sound against soxr, each technique
against the baseline, and blocks that do not grow with the file.
"""

from __future__ import annotations

import math

import numpy as np
import pytest
import scipy.signal
import soxr

from tests._support.variants import agreement, called, fast, names, ready
from tests._support.wav_files import float_wav, sine, wav_bytes
from vsat_core.artifacts import Source
from vsat_core.checks.answers import beyond
from vsat_plugins.decode.polyphase import KAISER_BETA, ZERO_CROSSINGS, Polyphase
from vsat_plugins.decode.wave import BLOCK_S

EVERY = pytest.mark.parametrize("name", names("decode", "wave"))
FAST = pytest.mark.parametrize("name", fast("decode", "wave"))
# upsampled, few and many phases, the highest; and one that shares no factor with 16 kHz
RATES = (1_000, 8_000, 11_025, 12_345, 32_000, 44_100, 48_000, 384_000)
LENGTHS = [(rate, n) for rate in RATES for n in (1, 100, 20_011)] + [(44_101, 20_011)]


@pytest.mark.parametrize("rate", [8_000, 44_100, 48_000])
def test_the_filter_is_the_one_scipy_designs(rate):
    filters = Polyphase(rate)
    wider = max(filters.up, filters.down)
    n = 2 * ZERO_CROSSINGS * wider + 1
    edge = 1 / wider - (80 - 7.95) / (2.285 * n) / math.pi / 2
    expected = scipy.signal.firwin(n, edge, window=("kaiser", KAISER_BETA))
    np.testing.assert_allclose(filters.filter, expected, rtol=0, atol=1e-15)


@FAST
@pytest.mark.parametrize(("rate", "n"), LENGTHS)
def test_agrees_with_the_baseline_at_every_rate(decode, name, rate, n):
    noise = np.random.default_rng(n).uniform(-1, 1, n)
    expected, given = (decode(float_wav(noise, rate), way) for way in ("wave.baseline", name))
    assert given.shape == expected.shape
    assert not beyond(given, expected, agreement("decode", "wave")).any()


@FAST
@pytest.mark.parametrize("bits", [8, 16, 24, 32])
@pytest.mark.parametrize("channels", [1, 2, 3, 9])
def test_agrees_with_the_baseline_in_every_encoding(decode, name, bits, channels):
    """Any bytes, lowest and highest numbers among them."""
    raw = np.random.default_rng(bits).integers(0, 256, 1_001 * channels * bits // 8, np.uint8)
    raw[: bits // 8], raw[bits // 8 : bits // 4] = 0, 255
    width, rate = channels * bits // 8, 22_050
    head = wav_bytes(np.zeros((0, channels), "<i2"), rate, bits=bits, size=len(raw))
    content = head + raw[: len(raw) // width * width].tobytes()
    expected, given = (decode(content, way) for way in ("wave.baseline", name))
    assert not beyond(given, expected, agreement("decode", "wave")).any()


@FAST
def test_agrees_with_the_baseline_where_a_channel_is_inverted(decode, warnings, name):
    """The file is read a second time, with weights."""
    voice = np.random.default_rng(0).standard_normal(44_100 * 3) * 0.1
    voice[44_100:88_200] *= 0.001
    content = float_wav(np.stack([voice, -voice, voice], 1), 44_100)
    expected, given = (decode(content, way) for way in ("wave.baseline", name))
    assert "opposite phase" in warnings[0] and warnings == warnings[:1] * 2
    assert np.abs(given).max() > 0.1
    assert not beyond(given, expected, agreement("decode", "wave")).any()


@EVERY
@pytest.mark.parametrize("rate", [8_000, 22_050, 44_100, 48_000])
def test_resamples_as_soxr_does(decode, name, rate):
    """A sine and noise of up to 3 kHz, which both must leave alone."""
    noise = np.random.default_rng(3).standard_normal(rate)
    low = scipy.signal.sosfiltfilt(scipy.signal.butter(12, 3000, fs=rate, output="sos"), noise)
    sound = 0.2 * low / np.abs(low).max() + sine(1, rate, hz=440)
    expected = soxr.resample(sound, rate, 16_000, "VHQ")
    given = decode(float_wav(sound, rate), name)
    np.testing.assert_allclose(given[500:-500], expected[500:-500], rtol=0, atol=1e-4)


@EVERY
def test_what_is_read_at_a_time_does_not_grow_with_the_file(tmp_path, name):
    rate, stage = 8_000, ready("decode", name)
    (tmp_path / "talk.wav").write_bytes(wav_bytes(np.zeros(rate * 130, "<i2"), rate))
    whole, lengths = stage.resampled, []
    stage.resampled = lambda piece, *rest: lengths.append(len(piece)) or whole(piece, *rest)
    called(stage, Source(tmp_path / "talk.wav"))
    most = stage.n_blocks() * BLOCK_S * rate + 2 * Polyphase(rate).context
    assert len(lengths) > 2 and max(lengths) == most
