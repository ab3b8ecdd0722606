"""The committed recordings agree with their references, and the script that made them is
repeatable.
"""

import importlib
import importlib.util
import shutil

import numpy as np
import pytest
import soundfile
from pyannote.database.util import load_rttm

from tests._support.paths import TEST_DATA

FOLDER = TEST_DATA
SIXTEEN_KHZ = 16_000


def needs(*names: str) -> pytest.MarkDecorator:
    """Skip where one of these programs and Python packages is not installed."""
    missing = [n for n in names if not shutil.which(n) and not importlib.util.find_spec(n)]
    return pytest.mark.skipif(bool(missing), reason=f"needs {', '.join(missing)}")


@pytest.fixture(autouse=True)
def importable(monkeypatch):
    monkeypatch.syspath_prepend(FOLDER)


@pytest.mark.parametrize(
    ("file", "seconds", "speakers"),
    [
        ("short_conversation.wav", 55.1, 3),
        ("medium_meeting.flac", 293.3, 5),
        ("flite_conversation.wav", 57.2, 3),
    ],
)
def test_recordings_agree_with_their_references(file, seconds, speakers):
    assert importlib.import_module("check").check_conversation(FOLDER / file) == []
    information = soundfile.info(FOLDER / file)
    assert (information.samplerate, information.channels, information.subtype) == (
        SIXTEEN_KHZ,
        1,
        "PCM_16",
    )
    assert information.duration == pytest.approx(seconds, abs=0.1)
    ((_, annotation),) = load_rttm((FOLDER / file).with_suffix(".rttm")).items()
    assert len(annotation.labels()) == speakers


def test_meeting_has_overlap_and_short_answers():
    ((_, annotation),) = load_rttm(FOLDER / "medium_meeting.rttm").items()
    assert annotation.get_overlap().duration() > 5
    lines = [row.split() for row in (FOLDER / "medium_meeting.stm").read_text().splitlines()]
    assert sum(len(row) - 5 <= 3 for row in lines) >= 8


@pytest.mark.parametrize(
    "file", ["short_conversation.wav", "medium_meeting.flac", "flite_conversation.wav"]
)
def test_words_are_where_the_sound_is(file):
    """A little earlier or later, the words of the reference lie on more silence."""
    samples, _ = soundfile.read(FOLDER / file, dtype="float32")
    rows = [row.split() for row in (FOLDER / file).with_suffix(".ctm").read_text().splitlines()]
    spans = [(float(r[2]), float(r[2]) + float(r[3])) for r in rows]

    def silent_share(shift_s: float) -> float:
        parts = [
            samples[int((a + shift_s) * SIXTEEN_KHZ) : int((b + shift_s) * SIXTEEN_KHZ)]
            for a, b in spans
        ]
        frames = np.concatenate([p[: len(p) // 80 * 80].reshape(-1, 80) for p in parts])
        return float(np.mean(np.sqrt(np.mean(frames**2, axis=1)) < 10 ** (-50 / 20)))

    assert silent_share(0) < 0.1
    assert all(
        silent_share(0) < silent_share(sign * s) for sign in (-1, 1) for s in (0.05, 0.1, 0.2, 0.5)
    )


@pytest.mark.parametrize(
    ("ending", "old", "new", "problem"),
    [
        (
            "rttm",
            "SPEAKER short_conversation 1 0.600 ",
            "SPEAKER short_conversation 1 3.600 ",
            "outside the rttm",
        ),
        ("ctm", "short_conversation 1 0.600 ", "short_conversation 1 99.600 ", "outside 0.."),
        ("txt", "Good morning", "Morning", "different words"),
        ("stm", " 0.600 ", " -0.600 ", "outside 0.."),
    ],
)
def test_check_finds_damage(tmp_path, ending, old, new, problem):
    for file in FOLDER.glob("short_conversation.*"):
        shutil.copy(file, tmp_path)
    damaged = tmp_path / f"short_conversation.{ending}"
    text = damaged.read_text()
    assert old in text
    damaged.write_text(text.replace(old, new, 1))
    problems = importlib.import_module("check").check_conversation(
        tmp_path / "short_conversation.wav"
    )
    assert any(problem in p for p in problems)


def test_check_finds_speech_out_of_place(tmp_path):
    for file in FOLDER.glob("short_conversation.*"):
        shutil.copy(file, tmp_path)
    samples, rate = soundfile.read(tmp_path / "short_conversation.wav")
    soundfile.write(
        tmp_path / "short_conversation.wav", np.roll(samples, 2 * rate), rate, subtype="PCM_16"
    )
    problems = importlib.import_module("check").check_conversation(
        tmp_path / "short_conversation.wav"
    )
    assert len(problems) == 1 and "above what is outside it" in problems[0]


def test_embeddings_are_those_of_the_script(tmp_path):
    assert importlib.import_module("check").check_embeddings(FOLDER) == []
    importlib.import_module("make").make("speaker_embeddings", tmp_path)
    for name in ("speaker_embeddings.npy", "speaker_embeddings.labels.npy"):
        assert np.allclose(np.load(tmp_path / name), np.load(FOLDER / name), atol=1e-6)


@needs("flite")
def test_a_conversation_made_twice_is_the_same_bytes(tmp_path):
    make, check = (importlib.import_module(name) for name in ("make", "check"))
    for name in ("one", "two"):
        (tmp_path / name).mkdir()
        make.make("flite_conversation", tmp_path / name)
    assert check.check_conversation(tmp_path / "one" / "flite_conversation.wav") == []
    for path in (tmp_path / "one").iterdir():
        assert path.read_bytes() == (tmp_path / "two" / path.name).read_bytes(), path.name
