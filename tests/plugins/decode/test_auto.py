"""The default decoder: by content, with the other library where the first one fails, in a process that may die."""
import os
import signal

import numpy as np
import pytest
from encoders import by_ffmpeg, by_sndfile, speechlike
from test_joined import A, read

from vsat_core.errors import InputError
from vsat_core.measure.worker import Worker
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


@pytest.mark.parametrize(("sent", "says"), [(signal.SIGSEGV, "crashed on it"), (signal.SIGSTOP, "no progress")])
def test_a_decoder_that_dies_or_hangs_is_one_line(sent, says, tmp_path, monkeypatch):
    def enter(worker):
        os.kill(worker._process.pid, sent)
        return worker

    monkeypatch.setattr(Worker, "__enter__", enter)
    with pytest.raises(InputError, match=says) as caught:
        read(by_ffmpeg([A], "ipod", "aac"), tmp_path, Native(TrackParams(), Limits(stalled_s=1)))
    assert "\n" not in str(caught.value)
    assert "; " in str(caught.value)


def test_a_track_that_is_not_there(tmp_path):
    with pytest.raises(InputError, match="has 1 audio track; --track got 3"):
        read(by_ffmpeg([A], "ipod", "aac"), tmp_path, Native(TrackParams(track=3), Limits()))


@pytest.mark.parametrize(("content", "says"), [
    (b"Dear diary,\nnothing happened today.\n" * 9, "is text, not sound"),
    (bytes(range(256)) * 9, "is not a sound file"),
    (b"", "empty file"),
    (b"%PDF-1.4\n\xe2\xe3\xcf\xd3" + bytes(300), "is not a sound file"),
], ids=["text", "noise", "empty", "pdf"])
def test_refused_in_one_line(content, says, tmp_path):
    with pytest.raises(InputError, match=says) as caught:
        read(content, tmp_path)
    assert "\n" not in str(caught.value)
    assert "; " in str(caught.value), "no remedy"
