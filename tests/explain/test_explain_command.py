"""`vsat explain` as a user types it: the table, the picture, a combination of a matrix, and what
makes no sense.
"""

import contextlib
import copy
import json
import os
import xml.etree.ElementTree as ET
from pathlib import Path

import pytest

from tests._support.command import vsat
from tests._support.paths import TESTS
from tests._support.stages import STAGES
from vsat_core.engine.cache import Cache

MATRIX = TESTS / "matrix" / "matrix_small.json"
NAMESPACE = "{http://www.w3.org/2000/svg}"


@pytest.fixture
def place(tiny, monkeypatch):
    monkeypatch.chdir(tiny.folder)
    return tiny


def rows(printed: str) -> dict[str, list[str]]:
    """The cells of each stage, without blanks."""
    split = [line.split() for line in printed.splitlines()]
    return {row[0]: row[1:] for row in split if row and row[0] in STAGES}


def drawn(path: str) -> dict[str, str]:
    """What is written in each box, by its title."""
    texts = {}
    for group in ET.parse(path).getroot().iter(f"{NAMESPACE}g"):
        title, *notes = [t.text or "" for t in group.iter(f"{NAMESPACE}text")]
        texts[title.split()[0]] = " ".join(notes)
    return texts


def test_the_next_run_and_the_last_one(place, capsys):
    profile = f"--profile {place.profile}"
    assert vsat(f"run talk.wav {profile}") == 0 and capsys.readouterr()
    assert vsat(f"explain talk.wav {profile} --num-speakers 1 --svg graph.svg") == 0
    printed = capsys.readouterr().out
    assert printed.startswith("talk.wav: the next run, profile small\n")
    found = rows(printed)
    assert list(found) == list(STAGES)
    assert found["detect"][:2] == ["tiny.plain", "cached"]
    assert " ".join(found["cluster"]).endswith("param num_speakers changed: 0 -> 1")
    assert found["cluster"][2].startswith("(0.0") and "figures in brackets: what it took" in printed
    boxes = drawn("graph.svg")
    assert boxes.keys() == STAGES.keys()
    assert boxes["cluster"].startswith("compute: param num_speakers changed: 0 -> 1 last time 0.0")
    assert vsat("explain talk.wav --last") == 0
    assert rows(capsys.readouterr().out)["cluster"][1] == "computed"


def test_a_name_that_svg_must_not_take_literally(place):
    os.rename("talk.wav", "<a> & b.wav")
    assert vsat(f"explain '<a> & b.wav' --profile {place.profile} --svg graph.svg") == 0
    heading = next(t.text for t in ET.parse("graph.svg").getroot().iter(f"{NAMESPACE}text"))
    assert heading == "<a> & b.wav: the next run, profile small"


def test_a_run_that_failed_says_so(place, capsys):
    text = place.plugin.read_text()
    place.plugin.write_text(
        text.replace("return Utterances(*speech.union())", "raise RuntimeError('no')")
    )
    assert vsat(f"run talk.wav --profile {place.profile}") == 2 and capsys.readouterr()
    assert vsat("explain talk.wav --last") == 0
    printed = capsys.readouterr().out
    assert printed.endswith("it was stopped, or failed, after these stages\n")
    assert list(rows(printed))[-1] == "cluster"
    Path("talk.wav").write_bytes(b"other")
    assert vsat("explain talk.wav --last") == 0
    assert capsys.readouterr().out.endswith("the recording has other content now\n")


def test_a_recording_from_a_pipe_leaves_no_record(place, monkeypatch):
    with contextlib.ExitStack() as opened:
        monkeypatch.setattr("sys.stdin", opened.enter_context(open("talk.wav")))
        assert vsat(f"run - --profile {place.profile} --stop-after cut") == 0
    assert list(Cache().entries()) and not (Cache().folder / "runs").exists()


def test_a_combination_of_a_matrix(capsys, tmp_path):
    assert vsat(f"explain --matrix {MATRIX} --svg {tmp_path / 'm.svg'}") == 0
    printed = capsys.readouterr().out
    assert printed.startswith("matrix_small.json: row 7 of 75 (recommended)\n")
    assert rows(printed)["transcribe"][:3] == ["moonshine.batched", "1.20", "201"]
    assert "2.81 s over short_conversation.wav, peak memory 470 MB" in printed
    assert "1.20 s · 201 MB" in drawn(str(tmp_path / "m.svg"))["transcribe"]
    for which, title in (("anchor", "row 75 of 75 (anchor)"), ("1", "row 1 of 75\n")):
        assert vsat(f"explain --matrix {MATRIX} --row {which}") == 0
        assert title in capsys.readouterr().out


def test_seconds_over_all_recordings_are_taken_where_they_are_known(capsys, tmp_path):
    results = json.loads(MATRIX.read_text())
    subset = results["subsets"][0]
    n = len(results["stages"])
    subset["stage_seconds"] = {"recommended": [float(10 + k) for k in range(n)]}
    path = tmp_path / "matrix.json"
    path.write_text(json.dumps(results))
    assert vsat(f"explain --matrix {path}") == 0
    printed = capsys.readouterr().out
    assert [float(row[1]) for row in rows(printed).values()] == [10.0 + k for k in range(n)]
    assert "memory of a stage is that on the first recording" in printed
    assert vsat(f"explain --matrix {path} --row 1") == 0
    assert "figures of a stage are those on the first recording" in capsys.readouterr().out


def test_a_combination_with_stages_of_a_plugin(capsys, tmp_path):
    results = copy.deepcopy(json.loads(MATRIX.read_text()))
    results["stages"] = {("hum" if s == "draw" else s): o for s, o in results["stages"].items()}
    results["stages"]["decode"][1] = {"name": "sndfile.vectorized", "failure": "it crashed"}
    path = tmp_path / "matrix.json"
    path.write_text(json.dumps(results))
    assert vsat(f"explain --matrix {path}") == 2
    assert "stage hum of this matrix is not known here; name the plugin" in capsys.readouterr().err
    plugin = tmp_path / "hum.py"
    plugin.write_text(
        "from vsat_core.plugin import Draw, StageSpec, hookimpl\n"
        "@hookimpl\ndef vsat_stages():\n"
        "    return [StageSpec('hum', ('enhance',), Draw, default='a.b')]\n"
    )
    assert vsat(f"explain --matrix {path} --plugin {plugin}") == 0
    printed = capsys.readouterr().out
    assert "\nhum " in printed and "no figures: it crashed" in printed


@pytest.mark.parametrize(
    ("line", "says"),
    [
        ("", "name a recording, or a matrix.json with --matrix"),
        (".", ".: is a folder; vsat explain takes one recording"),
        ("gone.wav", "gone.wav: cannot be read (No such file or directory)"),
        ("talk.wav --last", "talk.wav: no run over this file is on record; vsat run makes one"),
        ("talk.wav --set stages.clutser.x=1", "did you mean 'cluster'?"),
        ("talk.wav --svg small.toml/x.svg", "small.toml/x.svg: cannot be written"),
        ("--matrix gone.json", "gone.json: cannot be read"),
        ("--matrix talk.wav", "talk.wav: is no matrix.json of vsat matrix"),
        (f"--matrix {MATRIX} --row 76", "--row 76: this matrix has recommended, anchor, 1 to 75"),
        (f"--matrix {MATRIX} --row baseline", "this matrix has recommended, anchor, 1 to 75"),
        (f"talk.wav --matrix {MATRIX}", "leave the recording and --last out"),
    ],
)
def test_what_makes_no_sense_is_one_line(place, capsys, line, says):
    profile = "" if "--matrix" in line else f"--profile {place.profile}"
    assert vsat(f"explain {line} {profile}") == 2
    err = capsys.readouterr().err
    assert err.startswith("vsat: ") and says in err and err.count("\n") == 1
