"""The default decoder: by content, with the other library where the first one fails, in a process
that may die.
"""

import os
import re
import signal

import numpy as np
import pytest

from tests._support.encoders import by_ffmpeg, by_sndfile, speechlike
from vsat_core.engine.worker import Worker

A, LONG = speechlike(2.0), speechlike(6)


@pytest.mark.parametrize(
    ("container", "codec", "rate"),
    [("wav", "adpcm_g726", 8_000), ("avi", "aac", 16_000), ("wav", "g722", 16_000)],
)
def test_a_coding_that_libsndfile_lacks(container, codec, rate, decode, warnings):
    samples = decode(by_ffmpeg([A], container, codec, rate))
    assert abs(len(samples) - len(A) * 16_000 / rate) < 0.15 * 16_000
    assert warnings == []


def test_flac_damaged_in_the_middle_is_read_to_its_end(decode, warnings):
    sound = np.random.default_rng(1).normal(0, 0.1, 6 * 16_000)
    content = bytearray(by_sndfile(sound, "FLAC"))
    content[len(content) // 2 : len(content) // 2 + 300] = bytes(300)
    np.testing.assert_allclose(decode(content)[-16_000:], sound[-16_000:], atol=1e-3)
    assert warnings == ["0.3 s at 0:00:02 could not be read"]


def test_mp3_damaged_in_the_middle_tells_how_much(decode, warnings):
    content = bytearray(by_sndfile(LONG, "MP3"))
    half = len(content) // 2
    content[half : half + len(content) // 6] = bytes(len(content) // 6)
    assert 4.5 * 16_000 < len(decode(content)) < 5.5 * 16_000
    assert len(warnings) == 1
    assert re.search(r"1\.[01] s at 0:00:0", warnings[0])


def test_mp3_frames_cut_out_of_the_middle_are_missed(decode, warnings):
    content = by_sndfile(LONG, "MP3")
    half = len(content) // 2
    decode(content[:half] + content[half + len(content) // 4 :])
    assert len(warnings) == 1
    assert re.search(r"1\.[456] s at 0:00:0", warnings[0])


def test_mkv_cut_off_in_the_middle(decode, warnings):
    content = by_ffmpeg([LONG], "matroska", "flac")
    assert len(decode(content[: len(content) // 2])) > 2 * 16_000
    assert len(warnings) == 1
    assert "cut off" in warnings[0]


@pytest.mark.parametrize(
    ("sent", "says"), [(signal.SIGSEGV, "crashed on it"), (signal.SIGSTOP, "no progress")]
)
def test_a_decoder_that_dies_or_hangs_is_one_line(sent, says, refuses, monkeypatch):
    def enter(worker):
        os.kill(worker._process.pid, sent)
        return worker

    monkeypatch.setattr(Worker, "__enter__", enter)
    refuses(by_ffmpeg([A], "ipod", "aac"), says, stalled_s=1)


def test_copy_protected_sound_is_refused_as_such(refuses):
    content = bytearray(by_ffmpeg([A], "ipod", "aac"))
    at = content.index(b"mp4a", content.index(b"stsd"))
    content[at : at + 4] = b"drms"
    refuses(content, "is encrypted")


def test_a_track_that_is_not_there(refuses):
    refuses(by_ffmpeg([A], "ipod", "aac"), "has 1 audio track; --track got 3", track=3)


@pytest.mark.parametrize("subtype", ["VORBIS", "OPUS"])
def test_pages_missing_in_the_middle_of_ogg_are_reported(subtype, decode, warnings):
    pages = by_sndfile(speechlike(12), "OGG", subtype=subtype).split(b"OggS")
    assert len(pages) > 8
    del pages[len(pages) // 2]
    assert abs(len(decode(b"OggS".join(pages))) - 12 * 16_000) < 1_000
    assert len(warnings) == 1
    assert "could not be read" in warnings[0]


def ape_tag(flags):
    """Header or footer of a tag with 50,000 bytes of content."""
    size = (50_032).to_bytes(4, "little")
    return b"APETAGEX" + bytes(4) + size + bytes(7) + flags + bytes(8)


BEHIND = {
    "zeros": bytes(20_000),
    "APEv2": ape_tag(b"\xa0") + b"\xff\xfb\x90d" * 12_500 + ape_tag(b"\0"),
    "ID3v1": b"TAG" + b"title".ljust(125, b"\0"),
}


@pytest.mark.parametrize("case", BEHIND)
def test_padding_and_tags_behind_mp3_are_no_damage(case, decode, warnings):
    assert abs(len(decode(by_sndfile(A, "MP3") + BEHIND[case])) - len(A)) < 2_500
    assert warnings == []


def test_zeros_behind_the_sound_of_a_wav_file_are_padding(decode, warnings):
    assert len(decode(by_sndfile(A, "WAV") + bytes(50_000))) == len(A)
    assert warnings == []


def amr(kinds):
    """An AMR file of 20 ms frames: "s" holds speech of mode 0, "-" comfort noise, "." nothing (RFC
    4867, 5.3).
    """
    rng = np.random.default_rng(4)
    frames = {
        "s": lambda: b"\x04" + rng.bytes(12),
        "-": lambda: b"\x44" + rng.bytes(5),
        ".": lambda: b"\x7c",
    }
    return b"#!AMR\n" + b"".join(frames[kind]() for kind in kinds)


@pytest.mark.parametrize(
    "kinds", [50 * "s" + 3 * "-" + 40 * "." + 57 * "s", 5 * "-" + 145 * "s", 100 * "s" + 50 * "."]
)
def test_silence_frames_of_amr_are_silence(kinds, decode, warnings):
    samples = decode(amr(kinds))
    assert len(samples) == 150 * 320
    assert warnings == []
    for at, kind in enumerate(kinds):
        if kind == "." and at + 1 < len(kinds):
            assert np.abs(samples[at * 320 + 64 : at * 320 + 256]).max() < 0.02, at


def test_flac_in_ogg(decode, warnings):
    np.testing.assert_allclose(decode(by_ffmpeg([A], "ogg", "flac")), A, atol=1e-4)
    assert warnings == []


def test_pictures_longer_than_the_sound_are_no_damage(decode, warnings):
    content = by_ffmpeg([A], "matroska", "flac", pictures=100)
    assert abs(len(decode(content)) - len(A)) < 200
    assert warnings == []


def test_python_files_next_to_the_recording_are_not_imported(tmp_path, monkeypatch, decode):
    for name in ("av", "soxr", "queue"):
        (tmp_path / f"{name}.py").write_text("raise SystemExit(3)\n")
    monkeypatch.chdir(tmp_path)
    assert len(decode(by_ffmpeg([A], "ipod", "aac"))) > 30_000
