"""The default decoder: by content, with the other library where the first one fails, in a process
that may die.
"""

import os
import signal

import av
import numpy as np
import pytest
from test_joined import A, read

from tests._support.encoders import by_ffmpeg, by_sndfile, speechlike
from vsat_core.engine.worker import Worker
from vsat_core.errors import InputError
from vsat_plugins.decode import Limits, TrackParams
from vsat_plugins.decode.auto_native import Native


def test_a_coding_that_libsndfile_lacks(tmp_path):
    samples, notes = read(by_ffmpeg([A], "wav", "adpcm_g726", 8_000, {}), tmp_path)
    assert abs(len(samples) - 2 * len(A)) < 100
    assert notes == []


def test_flac_damaged_in_the_middle_is_read_to_its_end(tmp_path):
    sound = np.random.default_rng(1).normal(0, 0.1, 6 * 16_000)
    content = bytearray(by_sndfile(sound, "FLAC"))
    content[len(content) // 2 : len(content) // 2 + 300] = bytes(300)
    samples, notes = read(bytes(content), tmp_path)
    np.testing.assert_allclose(samples[-16_000:], sound[-16_000:], atol=1e-3)
    assert len(notes) == 1
    assert notes[0] == "0.3 s at 0:00:02 could not be read"


def test_mp3_damaged_in_the_middle_tells_how_much(tmp_path):
    content = bytearray(by_sndfile(speechlike(6), "MP3"))
    half = len(content) // 2
    content[half : half + len(content) // 6] = bytes(len(content) // 6)
    samples, notes = read(bytes(content), tmp_path)
    assert 4.5 * 16_000 < len(samples) < 5.5 * 16_000
    assert len(notes) == 1
    assert "1.0 s at 0:00:0" in notes[0] or "1.1 s at 0:00:0" in notes[0]


def test_mkv_cut_off_in_the_middle(tmp_path):
    content = by_ffmpeg([speechlike(6)], "matroska", "flac")
    samples, notes = read(content[: len(content) // 2], tmp_path)
    assert len(samples) > 2 * 16_000
    assert len(notes) == 1
    assert "cut off" in notes[0]


@pytest.mark.parametrize(
    ("sent", "says"), [(signal.SIGSEGV, "crashed on it"), (signal.SIGSTOP, "no progress")]
)
def test_a_decoder_that_dies_or_hangs_is_one_line(sent, says, tmp_path, monkeypatch):
    def enter(worker):
        os.kill(worker._process.pid, sent)
        return worker

    monkeypatch.setattr(Worker, "__enter__", enter)
    with pytest.raises(InputError, match=says) as caught:
        read(by_ffmpeg([A], "ipod", "aac"), tmp_path, Native(TrackParams(), Limits(stalled_s=1)))
    assert "\n" not in str(caught.value)
    assert "; " in str(caught.value)


def test_copy_protected_sound_is_refused_as_such(tmp_path):
    content = bytearray(by_ffmpeg([A], "ipod", "aac"))
    at = content.index(b"mp4a", content.index(b"stsd"))
    content[at : at + 4] = b"drms"
    with pytest.raises(InputError, match="is encrypted"):
        read(bytes(content), tmp_path)


def test_a_track_that_is_not_there(tmp_path):
    with pytest.raises(InputError, match="has 1 audio track; --track got 3"):
        read(by_ffmpeg([A], "ipod", "aac"), tmp_path, Native(TrackParams(track=3), Limits()))


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (b"Dear diary,\nnothing happened today.\n" * 9, "is text, not sound"),
        (bytes(range(256)) * 9, "is not a sound file"),
        (b"", "empty file"),
        (b"%PDF-1.4\n\xe2\xe3\xcf\xd3" + bytes(300), "is not a sound file"),
    ],
    ids=["text", "noise", "empty", "pdf"],
)
def test_refused_in_one_line(content, says, tmp_path):
    with pytest.raises(InputError, match=says) as caught:
        read(content, tmp_path)
    assert "\n" not in str(caught.value)
    assert "; " in str(caught.value), "no remedy"


@pytest.mark.parametrize(("container", "codec"), [("avi", "aac"), ("wav", "g722")])
def test_a_coding_whose_tag_is_a_number(container, codec, tmp_path):
    samples, notes = read(by_ffmpeg([A], container, codec, 16_000, {}), tmp_path)
    assert abs(len(samples) - len(A)) < 0.15 * 16_000
    assert notes == []


@pytest.mark.parametrize("subtype", ["VORBIS", "OPUS"])
def test_pages_missing_in_the_middle_of_ogg_are_reported(subtype, tmp_path):
    content = by_sndfile(speechlike(12), "OGG", subtype=subtype)
    pages = content.split(b"OggS")
    assert len(pages) > 8
    del pages[len(pages) // 2]
    samples, notes = read(b"OggS".join(pages), tmp_path)
    assert abs(len(samples) - 12 * 16_000) < 1_000
    assert len(notes) == 1
    assert "could not be read" in notes[0]


BEHIND = {
    "zeros": bytes(20_000),
    "APEv2": b"APETAGEX"
    + bytes(4)
    + (50_032).to_bytes(4, "little")
    + bytes(7)
    + b"\xa0"
    + bytes(8)
    + b"\xff\xfb\x90d" * 12_500
    + b"APETAGEX"
    + bytes(4)
    + (50_032).to_bytes(4, "little")
    + bytes(16),
    "ID3v1": b"TAG" + bytes(125),
}


@pytest.mark.parametrize("case", BEHIND)
def test_padding_and_tags_behind_mp3_are_no_damage(case, tmp_path):
    samples, notes = read(by_sndfile(A, "MP3") + BEHIND[case], tmp_path)
    assert abs(len(samples) - len(A)) < 2_500
    assert notes == []


def test_mp3_frames_cut_out_of_the_middle_are_missed(tmp_path):
    content = by_sndfile(speechlike(6), "MP3")
    half = len(content) // 2
    _, notes = read(content[:half] + content[half + len(content) // 4 :], tmp_path)
    assert len(notes) == 1
    assert (
        "1.4 s at 0:00:0" in notes[0]
        or "1.5 s at 0:00:0" in notes[0]
        or "1.6 s at 0:00:0" in notes[0]
    )


def test_zeros_behind_the_sound_of_a_wav_file_are_padding(tmp_path):
    samples, notes = read(by_sndfile(A, "WAV") + bytes(50_000), tmp_path)
    assert len(samples) == len(A)
    assert notes == []


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
def test_silence_frames_of_amr_are_silence(kinds, tmp_path):
    samples, notes = read(amr(kinds), tmp_path)
    assert len(samples) == 150 * 320
    assert notes == []
    for at, kind in enumerate(kinds):
        if kind == "." and at + 1 < len(kinds):
            assert np.abs(samples[at * 320 + 64 : at * 320 + 256]).max() < 0.02, at


def test_flac_in_ogg(tmp_path):
    samples, notes = read(by_ffmpeg([A], "ogg", "flac"), tmp_path)
    np.testing.assert_allclose(samples, A, atol=1e-4)
    assert notes == []


def test_pictures_longer_than_the_sound_are_no_damage(tmp_path):
    path = tmp_path / "film.mkv"
    with av.open(str(path), "w") as container:
        track, film = (
            container.add_stream("flac", rate=16_000, layout="mono"),
            container.add_stream("mpeg4", rate=5),
        )
        film.width = film.height = 32
        film.pix_fmt = "yuv420p"
        frame = av.AudioFrame.from_ndarray(
            (A[None] * 2**15).astype(np.int16), format="s16", layout="mono"
        )
        frame.sample_rate, frame.pts = 16_000, 0
        container.mux([*track.encode(frame), *track.encode(None)])
        for _ in range(50):
            picture = av.VideoFrame.from_ndarray(np.zeros((32, 32, 3), np.uint8), format="rgb24")
            container.mux(film.encode(picture))
        container.mux(film.encode(None))
    samples, notes = read(path.read_bytes(), tmp_path)
    assert abs(len(samples) - len(A)) < 200
    assert notes == []


def test_python_files_beside_the_recording_are_not_imported(tmp_path, monkeypatch):
    for name in ("av", "soxr", "queue"):
        (tmp_path / f"{name}.py").write_text("raise SystemExit(3)\n")
    monkeypatch.chdir(tmp_path)
    samples, _ = read(by_ffmpeg([A], "ipod", "aac"), tmp_path)
    assert len(samples) > 30_000
