"""WAV of every kind, at every rate: values, lengths and drift, for both decoders."""

import os
import struct

import numpy as np
import pytest
from scipy.signal import resample_poly

from tests._support.variants import names
from tests._support.wav_files import chunk, float_wav, sine, wav_bytes
from vsat_plugins.decode.polyphase import Polyphase
from vsat_plugins.decode.recording import output_length
from vsat_plugins.decode.riff import read_header
from vsat_plugins.decode.wave import BLOCK_S

RATES = (8_000, 11_025, 12_345, 16_000, 22_050, 32_000, 44_100, 48_000, 96_000)
VALUES = (sine(0.1) * 2**15).astype("<i2")


def in_24_bits(values):
    return (values * 2**23).astype("<i4").reshape(-1, 1).view(np.uint8)[:, :3].tobytes()


# name: (raw bytes of values in -1..1, format tag, bits, largest error of rounding towards 0)
ENCODINGS = {
    "8 bit": (lambda v: (v * 128 + 128).astype(np.uint8).tobytes(), 1, 8, 2**-7),
    "16 bit": (lambda v: (v * 2**15).astype("<i2").tobytes(), 1, 16, 2**-15),
    "24 bit": (in_24_bits, 1, 24, 2**-23),
    "32 bit": (lambda v: (v * 2**31).astype("<i4").tobytes(), 1, 32, 2**-24),
    "float": (lambda v: v.astype("<f4").tobytes(), 3, 32, 2**-24),
    "double": (lambda v: v.astype("<f8").tobytes(), 3, 64, 2**-24),
}


@pytest.mark.parametrize("decoder", ["wave", "wave.numba", "sndfile", "av"])
@pytest.mark.parametrize("encoding", ENCODINGS)
def test_every_encoding(decoder, decode, warnings, encoding):
    raw, tag, bits, error = ENCODINGS[encoding]
    truth = sine(0.5)
    samples = decode(wav_bytes(raw(truth), tag=tag, bits=bits), decoder)
    np.testing.assert_allclose(samples, truth, rtol=0, atol=error)
    assert warnings == []


def test_extensible_format_and_odd_chunks_before_the_sound(decoder, decode):
    guid = struct.pack("<H", 1) + bytes.fromhex("000000001000800000aa00389b71")
    form = struct.pack("<HHIIHHHHI", 0xFFFE, 1, 16_000, 32_000, 2, 16, 22, 16, 4) + guid
    body = b"WAVE" + chunk(b"bext", b"abc\0", 3) + chunk(b"fmt ", form)
    samples = decode(chunk(b"RIFF", body + chunk(b"data", VALUES.tobytes())), decoder)
    np.testing.assert_array_equal(samples, VALUES / np.float32(2**15))


def test_rf64(decoder, decode, warnings):
    form = struct.pack("<HHIIHH", 1, 1, 16_000, 32_000, 2, 16)
    large = struct.pack("<QQQI", 72 + VALUES.nbytes, VALUES.nbytes, len(VALUES), 0)
    body = b"WAVE" + chunk(b"ds64", large) + chunk(b"fmt ", form)
    body += chunk(b"data", VALUES.tobytes(), 0xFFFFFFFF)
    samples = decode(chunk(b"RF64", body, 0xFFFFFFFF), decoder)
    np.testing.assert_array_equal(samples, VALUES / np.float32(2**15))
    assert warnings == []


def test_a_length_that_ran_over_32_bits_is_not_believed(tmp_path):
    path, there = tmp_path / "talk.wav", (1 << 32) + 1_000_000
    path.write_bytes(wav_bytes(np.zeros(0, "<i2"), size=there % (1 << 32)))
    os.truncate(path, 44 + there)  # sparse
    with path.open("rb") as file:
        header = read_header(file, path)
    assert (header.n_bytes, header.declared_bytes) == (there, None)
    assert "does not say how long" in header.complaint()


@pytest.mark.parametrize("rate", RATES)
@pytest.mark.parametrize("n", [1, 100, 12_345])
def test_length_is_counted_by_samples(decoder, decode, rate, n):
    samples = decode(wav_bytes(np.full(n, 1000, "<i2"), rate), decoder)
    assert len(samples) == int(n * 16_000 / rate + 0.5)


@pytest.mark.parametrize("rate", [11_025, 44_100, 48_000])
def test_no_drift_after_many_blocks(decoder, decode, rate):
    seconds = 2 * BLOCK_S + 3.21
    samples, truth = decode(float_wav(sine(seconds, rate), rate), decoder), sine(seconds)
    assert len(samples) == len(truth)
    np.testing.assert_allclose(samples[500:-500], truth[500:-500], rtol=0, atol=2e-5)


def test_eight_channels_are_averaged(decoder, decode):
    channels = np.stack([sine(0.5, 96_000) * k / 8 for k in range(8)], axis=1)
    samples, truth = decode(float_wav(channels, 96_000), decoder), sine(0.5) * 28 / 64
    np.testing.assert_allclose(samples[500:-500], truth[500:-500], rtol=0, atol=2e-5)


def test_what_would_alias_is_gone(decoder, decode):
    samples = decode(float_wav(sine(1, 48_000, hz=9_000), 48_000), decoder)
    assert np.abs(samples[500:-500]).max() < 1e-4


def test_zeros_stay_zeros(decoder, decode, warnings):
    samples = decode(wav_bytes(np.zeros(44_100, "<i2"), 44_100), decoder)
    assert len(samples) == 16_000
    assert not samples.any()
    assert warnings == []


@pytest.mark.parametrize("name", names("decode", "wave"))
def test_blocks_give_what_one_piece_gives(decode, name):
    values = np.random.default_rng(1).uniform(-0.5, 0.5, 44_100 * (BLOCK_S + 5) + 7).astype("<f4")
    samples = decode(float_wav(values, 44_100), name, **({"batch": 1} if "batched" in name else {}))
    at_once = resample_poly(values.astype(float), 160, 441, window=Polyphase(44_100).filter)
    np.testing.assert_allclose(samples, at_once[: len(samples)], rtol=0, atol=1e-7)


def test_the_decoders_give_the_same(decode):
    noise = np.random.default_rng(2).standard_normal(48_000)
    smooth = np.convolve(noise, np.hanning(64) / 32, "same")
    content = float_wav(smooth / np.abs(smooth).max(), 48_000)
    difference = decode(content, "wave") - decode(content, "sndfile")
    assert np.abs(difference).max() < 1e-3


def test_output_length_rounds_to_nearest():
    assert [output_length(n, 48_000) for n in (0, 1, 2, 3, 4, 5)] == [0, 0, 1, 1, 1, 2]
    assert output_length(4 * 3600 * 44_101, 44_101) == 4 * 3600 * 16_000
