"""Joined files and chained streams are one recording; lengths in headers are not believed."""

import numpy as np
import pytest

from tests._support.encoders import by_ffmpeg, by_sndfile, speechlike
from vsat_core.artifacts import Source
from vsat_core.contract.workspace import Workspace
from vsat_plugins.decode import Limits, TrackParams
from vsat_plugins.decode.auto_native import Native
from vsat_plugins.decode.sndfile_vectorized import Vectorized
from vsat_plugins.decode.wave_baseline import Baseline

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
    "sndfile": (Vectorized, ("wav", "flac", "mp3", "ogg", "opus", "aiff")),
    "wave": (Baseline, ("wav",)),
}


def read(content, tmp_path, stage=None):
    path = tmp_path / "talk.bin"
    path.write_bytes(content)
    notes = []
    with Workspace(on_warning=notes.append) as run:
        return np.array(
            (stage or Native(TrackParams(), Limits()))(Source(path), run=run).samples
        ), notes


def levels(samples):
    """RMS of every 100 ms: an encoder's delay does not matter."""
    return np.sqrt(np.mean(np.square(samples.reshape(-1, 1_600)), axis=1))


@pytest.mark.parametrize("kind", MADE)
def test_joined(kind, tmp_path):
    samples, notes = read(MADE[kind](A) + MADE[kind](B), tmp_path)
    assert notes == []
    slack = 0 if kind in EXACT else 0.15 * 16_000
    assert abs(len(samples) - len(A) - len(B)) <= slack
    if kind in EXACT:
        np.testing.assert_allclose(samples, np.concatenate((A, B)), atol=1e-4)
    else:
        assert np.corrcoef(levels(samples[-40_000:]), levels(B[-40_000:]))[0, 1] > 0.8


@pytest.mark.parametrize(
    ("rival", "kind"), [(r, k) for r, (_, kinds) in RIVALS.items() for k in kinds]
)
def test_rivals_read_joined_files_too(rival, kind, tmp_path):
    samples, notes = read(MADE[kind](A) + MADE[kind](B), tmp_path, RIVALS[rival][0](None, None))
    assert abs(len(samples) - len(A) - len(B)) <= (0 if kind in EXACT else 800)
    assert notes == []


def test_joined_pieces_of_different_rates(tmp_path):
    samples, _ = read(
        by_sndfile(A, "OGG") + by_sndfile(speechlike(2, 44_100), "OGG", 44_100), tmp_path
    )
    assert abs(len(samples) - 4 * 16_000) < 800


def without_xing(mp3):
    """An MP3 whose first frame no longer counts the others."""
    return mp3.replace(b"Info", bytes(4)).replace(b"Xing", bytes(4))


@pytest.mark.parametrize("stage", [None, Vectorized(None, None)], ids=["auto", "sndfile"])
def test_mp3_of_variable_bit_rate_without_a_count(stage, tmp_path):
    loud = np.concatenate(
        (
            np.zeros(32_000),
            speechlike(4, seed=7),
            0.3 * np.random.default_rng(1).normal(size=32_000),
        )
    )
    content = without_xing(by_sndfile(loud, "MP3", bitrate_mode="VARIABLE", compression_level=0.9))
    samples, notes = read(content, tmp_path, stage)
    assert abs(len(samples) - len(loud)) < 3_000
    assert notes == []


@pytest.mark.parametrize("stage", [None, Vectorized(None, None)], ids=["auto", "sndfile"])
def test_flac_that_promises_less_than_it_holds(stage, tmp_path):
    content = bytearray(by_sndfile(A, "FLAC"))
    content[22:26] = (8_000).to_bytes(
        4, "big"
    )  # STREAMINFO: the lower 32 of 36 bits of total samples
    samples, _ = read(bytes(content), tmp_path, stage)
    assert len(samples) == len(A)


@pytest.mark.parametrize(
    "stage", [None, Vectorized(None, None), Baseline(None, None)], ids=["auto", "sndfile", "wave"]
)
def test_wav_that_promises_less_than_it_holds(stage, tmp_path):
    content = bytearray(by_sndfile(A, "WAV"))
    at = content.index(b"data") + 4
    content[at : at + 4] = (16_000).to_bytes(4, "little")
    content[4:8] = (16_036).to_bytes(4, "little")
    samples, notes = read(bytes(content), tmp_path, stage)
    assert len(samples) == len(A)
    assert len(notes) == 1
    assert "promises 0.50 s, but the sound goes on" in notes[0]


def test_tags_behind_the_sound_are_no_damage(tmp_path):
    tags = b"APETAGEX" + (2000).to_bytes(4, "little") + (32).to_bytes(4, "little") + bytes(16)
    id3 = b"TAG" + b"title".ljust(125, b"\0")
    samples, notes = read(by_sndfile(A, "MP3") + tags + id3, tmp_path)
    assert abs(len(samples) - len(A)) < 800
    assert notes == []


@pytest.mark.parametrize(
    ("kind", "chunk", "width"), [("AIFF", b"SSND", 4), ("CAF", b"data", 8), ("AU", b".snd", 4)]
)
def test_aiff_caf_and_au_that_promise_less_than_they_hold(kind, chunk, width, tmp_path):
    content = bytearray(by_sndfile(A, kind))
    at = content.index(chunk) + (8 if kind == "AU" else 4)
    size = (16_000 + (8 if kind == "AIFF" else 4 if kind == "CAF" else 0)).to_bytes(width, "big")
    if kind == "AU" and content[:4] != b".snd":
        size = size[::-1]
    content[at : at + width] = size
    if kind == "AIFF":
        content[4:8] = (at + width + 16_008 - 8).to_bytes(4, "big")
    samples, notes = read(bytes(content), tmp_path)
    np.testing.assert_allclose(samples, A, atol=1e-4)
    assert notes == ["its header promises less sound than there is; read to the end of the file"]
