"""Joined files and chained streams are one recording; lengths in headers are not believed."""

import numpy as np
import pytest

from tests._support.encoders import by_ffmpeg, by_sndfile, speechlike

A, B = speechlike(2.0), speechlike(3.1, seed=6)
MADE = {
    "wav": lambda x: by_sndfile(x, "WAV"),
    "aiff": lambda x: by_sndfile(x, "AIFF"),
    "au": lambda x: by_sndfile(x, "AU"),
    "caf": lambda x: by_sndfile(x, "CAF"),
    "flac": lambda x: by_sndfile(x, "FLAC"),
    "mp3": lambda x: by_sndfile(x, "MP3"),
    "ogg": lambda x: by_sndfile(x, "OGG"),
    "opus": lambda x: by_sndfile(x, "OGG", subtype="OPUS"),
    "m4a": lambda x: by_ffmpeg([x], "ipod", "aac"),
    "mkv": lambda x: by_ffmpeg([x], "matroska", "flac"),
    "wv": lambda x: by_ffmpeg([x], "wv", "wavpack"),
}
EXACT = {"wav", "aiff", "au", "caf", "flac", "wv"}
RIVALS = {
    "auto": MADE,
    "sndfile": ("wav", "flac", "mp3", "ogg", "opus", "aiff"),
    "wave": ("wav",),
}


def levels(samples):
    """RMS of every 100 ms: an encoder's delay does not matter."""
    return np.sqrt(np.mean(np.square(samples.reshape(-1, 1_600)), axis=1))


@pytest.mark.parametrize(
    ("decoder", "kind"), [(d, k) for d, kinds in RIVALS.items() for k in kinds]
)
def test_joined(decoder, kind, decode, warnings):
    samples = decode(MADE[kind](A) + MADE[kind](B), decoder)
    assert warnings == []
    slack = 0 if kind in EXACT else 0.15 * 16_000
    assert abs(len(samples) - len(A) - len(B)) <= slack
    if kind in EXACT:
        np.testing.assert_allclose(samples, np.concatenate((A, B)), atol=1e-4)
    else:
        assert np.corrcoef(levels(samples[-40_000:]), levels(B[-40_000:]))[0, 1] > 0.8


def test_joined_pieces_of_different_rates(decode):
    second = by_sndfile(speechlike(2, 44_100), "OGG", 44_100)
    assert abs(len(decode(by_sndfile(A, "OGG") + second)) - 4 * 16_000) < 800


def without_xing(mp3):
    """An MP3 whose first frame no longer counts the others."""
    return mp3.replace(b"Info", bytes(4)).replace(b"Xing", bytes(4))


@pytest.mark.parametrize("decoder", ["auto", "sndfile"])
def test_mp3_of_variable_bit_rate_without_a_count(decoder, decode, warnings):
    noise = 0.3 * np.random.default_rng(1).normal(size=32_000)
    loud = np.concatenate((np.zeros(32_000), speechlike(4, seed=7), noise))
    content = without_xing(by_sndfile(loud, "MP3", bitrate_mode="VARIABLE", compression_level=0.9))
    assert abs(len(decode(content, decoder)) - len(loud)) < 3_000
    assert warnings == []


@pytest.mark.parametrize("decoder", ["auto", "sndfile"])
def test_flac_that_promises_less_than_it_holds(decoder, decode):
    content = bytearray(by_sndfile(A, "FLAC"))
    # STREAMINFO: the lower 32 of 36 bits of total samples
    content[22:26] = (8_000).to_bytes(4, "big")
    assert len(decode(content, decoder)) == len(A)


@pytest.mark.parametrize("decoder", ["auto", "sndfile", "wave"])
def test_wav_that_promises_less_than_it_holds(decoder, decode, warnings):
    content = bytearray(by_sndfile(A, "WAV"))
    at = content.index(b"data") + 4
    content[at : at + 4] = (16_000).to_bytes(4, "little")
    content[4:8] = (16_036).to_bytes(4, "little")
    assert len(decode(content, decoder)) == len(A)
    assert len(warnings) == 1
    assert "promises 0.50 s, but the sound goes on" in warnings[0]


@pytest.mark.parametrize(
    ("kind", "chunk", "width"), [("AIFF", b"SSND", 4), ("CAF", b"data", 8), ("AU", b".snd", 4)]
)
def test_aiff_caf_and_au_that_promise_less_than_they_hold(kind, chunk, width, decode, warnings):
    content = bytearray(by_sndfile(A, kind))
    at = content.index(chunk) + (8 if kind == "AU" else 4)
    size = (16_000 + {"AIFF": 8, "CAF": 4, "AU": 0}[kind]).to_bytes(width, "big")
    content[at : at + width] = size
    if kind == "AIFF":
        content[4:8] = (at + width + 16_008 - 8).to_bytes(4, "big")
    np.testing.assert_allclose(decode(content), A, atol=1e-4)
    assert warnings == ["its header promises less sound than there is; read to the end of the file"]
