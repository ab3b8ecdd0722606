"""The middle of a recording, and of the references beside it."""

from pathlib import Path

import numpy as np
import pytest
import soundfile

from vsat_core.errors import InputError
from vsat_core.formats.contents import read
from vsat_core.matrix.planning.excerpts import excerpt

RATE = 8000


def recording(folder: Path, seconds: float, name: str = "talk.wav") -> Path:
    """A ramp: the value of each sample tells its second."""
    n = int(seconds * RATE)
    soundfile.write(folder / name, np.arange(n) / n, RATE, "PCM_16")
    return folder / name


def rttm(spans: list[tuple[float, float]]) -> str:
    return "".join(
        f"SPEAKER talk 1 {a} {b - a} <NA> <NA> {'AB'[i % 2]} <NA> <NA>\n"
        for i, (a, b) in enumerate(spans)
    )


def test_the_middle(tmp_path):
    (tmp_path / "cut").mkdir()
    found = excerpt(recording(tmp_path, 20.0), 4.0, tmp_path / "cut")
    sound, _ = soundfile.read(found)
    assert len(sound) == 4 * RATE and sound[0] == pytest.approx(8 / 20, abs=1e-3)
    assert sorted(p.name for p in (tmp_path / "cut").iterdir()) == ["talk.wav"]


@pytest.mark.parametrize("seconds", [4.0, 5.9])
def test_short_ones_are_taken_whole(tmp_path, seconds):
    path = recording(tmp_path, seconds)
    assert excerpt(path, 4.0, tmp_path) == path


def test_what_cannot_be_read_is_left_to_decode(tmp_path):
    path = tmp_path / "talk.wav"
    path.write_text("no sound")
    assert excerpt(path, 4.0, tmp_path) == path


def test_references_are_cut_at_pauses_and_moved(tmp_path):
    """20 s, 4 wanted from 8 on: turns overlap from 7 to 11, so that it begins at 6.5 and ends at
    11.5.
    """
    path = recording(tmp_path, 20.0)
    path.with_suffix(".rttm").write_text(rttm([(1, 6), (7, 9), (8, 11), (12, 15), (16, 19)]))
    path.with_suffix(".stm").write_text("talk 1 A 7 9 who is there\ntalk 1 B 12 15 nobody\n")
    (tmp_path / "cut").mkdir()
    found = excerpt(path, 4.0, tmp_path / "cut")
    sound, _ = soundfile.read(found)
    assert len(sound) == 5 * RATE and sound[0] == pytest.approx(6.5 / 20, abs=1e-3)
    turns = read(found.with_suffix(".rttm")).turns
    assert [(t.start_s, t.end_s, t.speaker) for t in turns] == [(0.5, 2.5, "B"), (1.5, 4.5, "A")]
    (segment,) = read(found.with_suffix(".stm")).segments
    assert (segment.start_s, segment.end_s, segment.text) == (0.5, 2.5, "who is there")


def test_words_are_cut_between_words(tmp_path):
    path = recording(tmp_path, 20.0)
    path.with_suffix(".ctm").write_text("".join(f"talk 1 {i}.0 1.0 w{i} A\n" for i in range(20)))
    (tmp_path / "cut").mkdir()
    found = excerpt(path, 4.0, tmp_path / "cut")
    assert [w.text for w in read(found.with_suffix(".ctm")).segments] == ["w8", "w9", "w10", "w11"]


@pytest.mark.parametrize(
    ("ending", "text"), [(".txt", "a text without times"), (".rttm", rttm([(0, 19.9)]))]
)
def test_references_that_cannot_be_cut_keep_the_recording_whole(tmp_path, ending, text):
    path = recording(tmp_path, 20.0)
    path.with_suffix(ending).write_text(text)
    assert excerpt(path, 4.0, tmp_path) == path


def test_bad_references_are_said(tmp_path):
    path = recording(tmp_path, 20.0)
    path.with_suffix(".rttm").write_text("SPEAKER talk\n")
    with pytest.raises(InputError, match="RTTM"):
        excerpt(path, 4.0, tmp_path)
