"""WAV of every kind, at every rate: values, lengths and drift, for both decoders."""

import os
import struct

import numpy as np
import pytest
from scipy.signal import resample_poly

from tests._support.wav_files import sine, wav_bytes
from vsat_plugins.decode.recording import output_length
from vsat_plugins.decode.riff import read_header
from vsat_plugins.decode.wave_baseline import BLOCK_S, Resampler

RATES = (8_000, 11_025, 12_345, 16_000, 22_050, 32_000, 44_100, 48_000, 96_000)


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


@pytest.mark.parametrize("encoding", ENCODINGS)
def test_every_encoding(decoder, decode, warnings, encoding):
    raw, tag, bits, error = ENCODINGS[encoding]
    truth = sine(0.5, 16_000)
    samples = decode(decoder, wav_bytes(raw(truth), tag=tag, bits=bits)).samples
    np.testing.assert_allclose(samples, truth, rtol=0, atol=error)
    assert warnings == []


def test_extensible_format_and_odd_chunks_before_the_sound(decoder, decode):
    values = (sine(0.1, 16_000) * 2**15).astype("<i2")
    guid = struct.pack("<H", 1) + bytes.fromhex("000000001000800000aa00389b71")
    form = struct.pack("<HHIIHHHHI", 0xFFFE, 1, 16_000, 32_000, 2, 16, 22, 16, 4) + guid
    body = (
        b"WAVEbext"
        + struct.pack("<I", 3)
        + b"abc\0"
        + b"fmt "
        + struct.pack("<I", len(form))
        + form
    )
    body += b"data" + struct.pack("<I", values.nbytes) + values.tobytes()
    samples = decode(decoder, b"RIFF" + struct.pack("<I", len(body)) + body).samples
    np.testing.assert_array_equal(samples, values / np.float32(2**15))


def test_rf64(decoder, decode, warnings):
    values = (sine(0.1, 16_000) * 2**15).astype("<i2")
    form = struct.pack("<HHIIHH", 1, 1, 16_000, 32_000, 2, 16)
    large = struct.pack("<QQQI", 72 + values.nbytes, values.nbytes, len(values), 0)
    body = b"WAVEds64" + struct.pack("<I", 28) + large + b"fmt " + struct.pack("<I", 16) + form
    body += b"data\xff\xff\xff\xff" + values.tobytes()
    samples = decode(decoder, b"RF64\xff\xff\xff\xff" + body).samples
    np.testing.assert_array_equal(samples, values / np.float32(2**15))
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
    samples = decode(decoder, wav_bytes(np.full(n, 1000, "<i2"), rate)).samples
    assert len(samples) == int(n * 16_000 / rate + 0.5)


@pytest.mark.parametrize("rate", [11_025, 44_100, 48_000])
def test_no_drift_after_many_blocks(decoder, decode, rate):
    seconds = 2 * BLOCK_S + 3.21
    values = sine(seconds, rate).astype("<f4")
    samples = decode(decoder, wav_bytes(values, rate, tag=3, bits=32)).samples
    truth = sine(seconds, 16_000)
    assert len(samples) == len(truth)
    np.testing.assert_allclose(samples[500:-500], truth[500:-500], rtol=0, atol=2e-5)


def test_eight_channels_are_averaged(decoder, decode):
    channels = np.stack([sine(0.5, 96_000) * k / 8 for k in range(8)], axis=1).astype("<f4")
    samples = decode(decoder, wav_bytes(channels, 96_000, tag=3, bits=32)).samples
    truth = sine(0.5, 16_000) * 28 / 64
    np.testing.assert_allclose(samples[500:-500], truth[500:-500], rtol=0, atol=2e-5)


def test_what_would_alias_is_gone(decoder, decode):
    samples = decode(
        decoder, wav_bytes(sine(1, 48_000, hz=9_000).astype("<f4"), 48_000, tag=3, bits=32)
    ).samples
    assert np.abs(samples[500:-500]).max() < 1e-4


def test_zeros_stay_zeros(decoder, decode, warnings):
    samples = decode(decoder, wav_bytes(np.zeros(44_100, "<i2"), 44_100)).samples
    assert len(samples) == 16_000
    assert not samples.any()
    assert warnings == []


def test_blocks_give_what_one_piece_gives(decode):
    values = np.random.default_rng(1).uniform(-0.5, 0.5, 44_100 * (BLOCK_S + 5) + 7).astype("<f4")
    samples = decode("wave", wav_bytes(values, 44_100, tag=3, bits=32)).samples
    whole = resample_poly(values.astype(float), 160, 441, window=Resampler(44_100).filter)
    np.testing.assert_allclose(samples, whole[: len(samples)], rtol=0, atol=1e-7)


def test_the_decoders_hear_the_same(decode):
    smooth = np.convolve(
        np.random.default_rng(2).standard_normal(48_000), np.hanning(64) / 32, "same"
    )
    content = wav_bytes((smooth / np.abs(smooth).max()).astype("<f4"), 48_000, tag=3, bits=32)
    apart = decode("wave", content).samples - decode("sndfile", content).samples
    assert np.abs(apart).max() < 1e-3


def test_output_length_rounds_to_nearest():
    assert [output_length(n, 48_000) for n in (0, 1, 2, 3, 4, 5)] == [0, 0, 1, 1, 1, 2]
    assert output_length(4 * 3600 * 44_101, 44_101) == 4 * 3600 * 16_000
