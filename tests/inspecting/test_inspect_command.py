"""`vsat inspect` as a user types it: tables, pictures and sounds of every type of artifact."""

import importlib.util
import os
import shlex
import wave
from pathlib import Path

import numpy as np
import pytest

from tests._support.command import vsat
from tests._support.stages import STAGES

drawn = pytest.mark.skipif(
    not importlib.util.find_spec("matplotlib"), reason="needs matplotlib (extra plot)"
)
HUM = """
import attrs
import numpy as np
from typing import Protocol
from vsat_core.artifacts import Artifact, Audio, TextColumn, Turns
from vsat_core.artifacts.base import array, text_column
from vsat_core.plugin import Card, Run, Stage, StageSpec, hookimpl

@attrs.frozen
class Hum(Artifact):
    levels: np.ndarray = array("float32", 2)
    names: TextColumn = text_column()
    hertz: int = 50

@attrs.frozen
class Shifts(Turns):
    pass

class FindHum(Stage, Protocol):
    def __call__(self, audio: Audio, *, run: Run) -> Hum: ...

class FindShifts(Stage, Protocol):
    def __call__(self, audio: Audio, *, run: Run) -> Shifts: ...

class Plain(FindHum):
    def __call__(self, audio, *, run):
        run.warn("a humming sound")
        return Hum(np.full((2, 3), 1.5, np.float32), TextColumn.of(["low", "high"]))

class Other(FindShifts):
    def __call__(self, audio, *, run):
        return Shifts(np.array([0, 100]), np.array([50, 200]), np.array([0, 1], np.int32))

@hookimpl
def vsat_stages():
    return [StageSpec("hum", ("enhance",), FindHum), StageSpec("shifts", ("enhance",), FindShifts)]

@hookimpl
def vsat_hum():
    return [Card("hum.plain", "", target=f"{__name__}:Plain")]

@hookimpl
def vsat_shifts():
    return [Card("shifts.plain", "", target=f"{__name__}:Other")]
"""


@pytest.fixture
def look(tiny, monkeypatch):
    """`vsat inspect` with the tiny profile, in its folder."""
    monkeypatch.chdir(tiny.folder)
    return lambda line: vsat(f"inspect {line} --profile {tiny.profile}")


FIRST_ROWS = {  # title, and the cells of the first row
    "decode": ("Audio, 0.0 s, float32 (448,)", "0:00:00.00 -8.6 -4.1"),
    "draw": ("Waveform, 7 points, 1 zoom level", "0 64 7 -0.6250 0.6250"),
    "detect": ("Speech, 4 segments", "1 0:00:00.00 0:00:00.00 0.00"),
    "features": ("Features, float32 (48, 4), 4 spans", "1 0:00:00.00 12 0.500"),
    "embed": ("Embeddings, float32 (4, 4)", "1 0:00:00.00 0:00:00.00 0.00 0 3 1.000"),
    "cluster": ("Turns, 4 turns, 2 speakers", "1 0:00:00.00 0:00:00.00 0.00 Speaker 1"),
    "cut": ("Utterances, 4 utterances", "1 0:00:00.00 0:00:00.00 0.00"),
    "transcribe": ("Texts, 4 texts, 8 words", "1 at 64"),
    "align": ("Words, 8 words", "1 0:00:00.00 0:00:00.00 0.00 at"),
    "attribute": ("Transcript, 8 words, 2 speakers", "1 0:00:00.00 0:00:00.00 Speaker 1 at 64"),
    "index": ("WordIndex, 8 words, 0 terms", "at 4"),
    "write": ("Files, 7 files", "talk.txt"),
}


@pytest.mark.parametrize("stage", FIRST_ROWS)
def test_tables(look, capsys, stage):
    assert look(f"{stage} talk.wav --rows 1") == 0
    printed = capsys.readouterr().out.splitlines()
    title, row = FIRST_ROWS[stage]
    lines = [line for line in printed if not line.startswith("note: ")]
    assert lines[0] == f"{stage} (tiny.plain) of talk.wav: {title}"
    assert row in [" ".join(line.split()) for line in lines]


def test_rows_that_are_left_out_are_counted(look, capsys, tiny):
    assert look("align talk.wav --rows 3") == 0
    printed = capsys.readouterr().out
    assert printed.endswith("5 of 8 rows are left out; --rows N shows more\n")
    assert len(printed.splitlines()) == 1 + 1 + 1 + 3 + 1  # note, title, header, rows, count
    assert look("align talk.wav") == 0 and "left out" not in capsys.readouterr().out
    assert "align" in tiny.calls() and tiny.calls() == [], "the second time all was stored"


def test_types_of_a_plugin(look, tiny, capsys):
    """A type that is not known shows its fields; one that inherits from a known type is shown as
    that one.
    """
    Path("hum.py").write_text(HUM)
    options = "--plugin hum.py --set stages.hum.use=hum.plain --set stages.shifts.use=shifts.plain"
    assert look(f"hum talk.wav {options}") == 0
    rows = [" ".join(line.split()) for line in capsys.readouterr().out.splitlines()]
    assert rows == [
        "note: a humming sound",
        "hum (hum.plain) of talk.wav: Hum, levels float32 (2, 3), names 2 texts",
        "field type values",
        "levels float32 (2, 3) 1.5 to 1.5, mean 1.5",
        "names 2 texts low, high",
        "hertz int 50",
    ]
    assert look(f"shifts talk.wav {options} --sound two.wav --number 2") == 0
    assert len(samples("two.wav")) == 100
    assert look(f"hum talk.wav {options} --picture hum.svg") == 2
    assert "hum gives Hum, of which there is no picture" in capsys.readouterr().err
    assert look(f"hum talk.wav {options} --sound hum.wav") == 2
    assert "hum gives Hum, which is about no sound" in capsys.readouterr().err


@drawn
@pytest.mark.parametrize("stage", ["enhance", "detect", "embed", "attribute", "index"])
def test_pictures(look, stage):
    for name, start in (("p.png", b"\x89PNG"), ("p.svg", b"<?xml")):
        assert look(f"{stage} talk.wav --picture {name}") == 0
        assert Path(name).read_bytes().startswith(start)
    assert f"{stage} (tiny.plain) of talk.wav" in Path("p.svg").read_text()


@drawn
def test_pictures_of_a_recording_without_speech(tmp_path):
    """Every type, empty."""
    from tests._support.tiny_recording import Tiny
    from vsat_core.artifacts import Source
    from vsat_core.config.prepare import prepare
    from vsat_core.engine.pipeline import Pipeline
    from vsat_core.inspecting.figure import draw
    from vsat_core.inspecting.listing import listing
    from vsat_core.inspecting.panels import panels

    tiny = Tiny.of(tmp_path / "empty")
    tiny.recording.write_bytes(b"")
    outcome = Pipeline(prepare(str(tiny.profile))).run(Source(tiny.recording), [*STAGES])
    every = [panel for one in outcome.artifacts.values() for panel in panels(one, 0)]
    assert len(every) > 10
    draw(every, 0.0, "nothing $x_1$", tmp_path / "all.svg")
    assert "nothing $x_1$" in (tmp_path / "all.svg").read_text()
    assert all(listing(one).n_rows == 0 for s, one in outcome.artifacts.items() if s == "cluster")


def samples(path: str) -> np.ndarray:
    with wave.open(path) as file:
        assert (file.getnchannels(), file.getsampwidth(), file.getframerate()) == (1, 2, 16_000)
        return np.frombuffer(file.readframes(file.getnframes()), "<i2") / 32767


def test_sounds(look, tiny, capsys):
    sound = np.frombuffer(tiny.recording.read_bytes(), np.int8) / 128
    assert look("decode talk.wav --sound all.wav") == 0
    np.testing.assert_allclose(samples("all.wav"), sound, atol=1e-4)
    assert look("cluster talk.wav --sound second.wav --number 2") == 0
    np.testing.assert_allclose(samples("second.wav"), sound[176:224], atol=1e-4)
    assert look("cut talk.wav --sound cut.wav") == 0
    assert capsys.readouterr().out.endswith("written to cut.wav: 4 pieces, 0.8 s\n")
    assert len(samples("cut.wav")) == 4 * 48 + 3 * 4_000
    assert look("attribute talk.wav --sound line.wav --number 1") == 0
    np.testing.assert_allclose(samples("line.wav"), sound[64:112], atol=1e-4)


def test_a_sound_never_replaces_a_recording(look, tiny, capsys):
    content = tiny.recording.read_bytes()
    os.link("talk.wav", "other.wav")
    Path("mine.wav").write_bytes(b"mine")
    for name in ("talk.wav --overwrite", "other.wav --overwrite", "mine.wav"):
        assert look(f"decode talk.wav --sound {name}") == 2
        assert "is there already; choose another name" in capsys.readouterr().err
    assert tiny.recording.read_bytes() == content and Path("mine.wav").read_bytes() == b"mine"
    assert look("decode talk.wav --sound mine.wav --overwrite") == 0 and len(samples("mine.wav"))


@pytest.mark.parametrize(
    ("line", "says"),
    [
        ("clutser talk.wav", "there is no stage 'clutser', did you mean 'cluster'?"),
        ("cluster .", ".: is a folder; vsat inspect takes one recording"),
        ("cluster gone.wav", "gone.wav: cannot be read"),
        ("cluster talk.wav --rows -1", "--rows: expected at least 0, got -1"),
        ("cluster talk.wav --number 1", "--number: names a piece for --sound"),
        ("cluster talk.wav --sound x.wav --number 5", "expected 1 to 4, the number of a turn, got"),
        ("cluster talk.wav --sound x.mp3", "x.mp3: sounds are written as .wav"),
        ("cluster talk.wav --sound small.toml/x.wav", "small.toml"),
        ("decode talk.wav --sound x.wav --number 1", "--number: Audio is one sound"),
        ("features talk.wav --sound x.wav", "features gives Features, which is about no sound"),
        ("cluster talk.wav --picture x.pdf", "x.pdf: pictures end in .png or .svg"),
        ("write talk.wav --picture x.svg", "write gives Files, of which there is no picture"),
    ],
)
def test_what_makes_no_sense_is_one_line(look, capsys, line, says):
    assert look(line) == 2
    err = capsys.readouterr().err
    assert err.startswith("vsat: ") and says in err and err.count("\n") == 1


def test_without_matplotlib_the_remedy_is_one_line(look, capsys, monkeypatch, tiny):
    find = importlib.util.find_spec
    monkeypatch.setattr(
        "importlib.util.find_spec", lambda name, *a: None if name == "matplotlib" else find(name)
    )
    assert look("cluster talk.wav --picture x.svg") == 2
    assert "pip install 'vsat-speech[plot]'" in capsys.readouterr().err and tiny.calls() == []


def test_a_stopped_run_names_the_command_that_shows_its_result(look, tiny, capsys):
    options = f"--profile {tiny.profile} --set stages.detect.level=0.3 --max-speakers 1"
    assert vsat(f"run talk.wav {options} --stop-after cluster") == 0
    last = capsys.readouterr().out.splitlines()[-1]
    assert last.startswith("look at it: vsat inspect cluster talk.wav --profile ")
    tiny.calls()
    assert vsat(last.removeprefix("look at it: vsat ")) == 0
    assert "Turns, 4 turns, 1 speaker" in capsys.readouterr().out and tiny.calls() == []
    vsat(f"run talk.wav second.wav {options} --stop-after cluster --jobs 1")
    assert shlex.split(capsys.readouterr().out.splitlines()[-1])[6] == "RECORDING"


def test_looking_leaves_the_record_of_the_last_run(look, tiny, capsys):
    vsat(f"run talk.wav --profile {tiny.profile}")
    look("cluster talk.wav")
    capsys.readouterr()
    assert vsat("explain talk.wav --last") == 0
    assert "index" in capsys.readouterr().out
