"""What `vsat evaluate` is given: manifests, references, names; every mistake is one line and stops
before any run.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from vsat_core.cli import main
from vsat_core.evaluate.manifest import choose, read_manifest
from vsat_core.evaluate.references import read_reference

ENTRY = {"id": "talk", "audio": "talk.wav"}
RTTM = "SPEAKER talk 1 0.004 0.003 <NA> <NA> A <NA> <NA>\n"


def manifest(folder: Path, *entries: Any) -> Path:
    path = folder / "manifest.json"
    path.write_text(json.dumps(list(entries)))
    return path


def complaint(tiny, capsys: pytest.CaptureFixture[str], *args: str) -> str:
    """The one line on standard error, after checking that nothing ran."""
    assert main(["evaluate", *args, "--out", str(tiny.folder / "out")]) == 2
    shown = capsys.readouterr()
    assert shown.out == "" and tiny.calls() == []
    (line,) = shown.err.splitlines()
    return line


def test_paths_are_relative_to_the_manifest(tmp_path: Path):
    row = {
        "id": "a",
        "audio": "x/a.flac",
        "seconds": 3,
        "speakers": 2,
        "rttm": "x/a.rttm",
        "stm": None,
        "environment": "noisy",
        "licence": "none",
        "stored": False,
    }
    (entry,) = read_manifest(manifest(tmp_path, row))
    assert (entry.audio, entry.rttm, entry.stm, entry.ctm) == (
        tmp_path / "x/a.flac",
        tmp_path / "x/a.rttm",
        None,
        None,
    )
    assert (entry.seconds, entry.speakers, entry.environment, entry.absent) == (
        3.0,
        2,
        "noisy",
        True,
    )
    (plain,) = read_manifest(manifest(tmp_path, ENTRY))
    assert (plain.seconds, plain.environment, plain.absent) == (None, "unspecified", False)


def test_recordings_come_in_the_order_asked_for(tmp_path: Path):
    path = manifest(tmp_path, *({"id": name, "audio": "a"} for name in "abc"))
    entries = read_manifest(path)
    assert [e.id for e in choose(entries, ["c", "a", "c"], path)] == ["c", "a"]
    assert [e.id for e in choose(entries, [], path)] == ["a", "b", "c"]


def test_a_reference_file_of_one_recording_may_call_it_anything(tmp_path: Path):
    (tmp_path / "a.rttm").write_text(RTTM)
    (tmp_path / "b.rttm").write_text(RTTM + RTTM.replace("talk", "b").replace(" A ", " B "))
    path = manifest(
        tmp_path,
        *({"id": name, "audio": "a", "rttm": f"{name}.rttm", "speakers": 9} for name in "ab"),
    )
    a, b = (read_reference(entry) for entry in read_manifest(path))
    assert [t.speaker for t in a.turns] == ["A"] and [t.speaker for t in b.turns] == ["B"]
    assert (a.speakers, b.speakers, a.text) == (1, 1, None)


@pytest.mark.parametrize(
    ("content", "said"),
    [
        ("[{", "manifest.json:1: is not JSON"),
        ("{}", "manifest.json: a manifest is a list of recordings, this is a dict"),
        ("[]", "manifest.json: nothing to run, it is empty"),
        ("[3]", "entry 1: must be an object with id and audio, got int"),
        ('[{"audio": "a"}]', "entry 1: id missing"),
        ('[{"id": "a"}]', "entry 1: audio missing"),
        ('[{"id": 7, "audio": "a"}]', "entry 1: id must be text, got 7"),
        ('[{"id": "../a", "audio": "a"}]', "id '../a' cannot name a file"),
        ('[{"id": "peers", "audio": "a"}]', "id 'peers' cannot name a file"),
        (
            '[{"id": "a", "audio": "a"}, {"id": "a", "audio": "b"}]',
            "entry 2: id 'a' is taken by an entry before",
        ),
        (
            '[{"id": "a", "audio": "a", "seconds": 0}]',
            "entry 1 (a): seconds must be a number above 0, got 0",
        ),
        (
            '[{"id": "a", "audio": "a", "seconds": NaN}]',
            "seconds must be a number above 0, got nan",
        ),
        (
            '[{"id": "a", "audio": "a", "speakers": 1.5}]',
            "speakers must be a whole number from 0, got 1.5",
        ),
        ('[{"id": "a", "audio": "a", "rttm": ["x"]}]', "entry 1 (a): rttm must be text, got ['x']"),
    ],
)
def test_a_wrong_manifest_is_one_line(
    tiny, capsys: pytest.CaptureFixture[str], content: str, said: str
):
    path = tiny.folder / "manifest.json"
    path.write_text(content)
    assert said in complaint(tiny, capsys, str(path), "--profile", str(tiny.profile))


@pytest.mark.parametrize(
    ("ending", "content", "said"),
    [
        ("rttm", None, "talk.rttm: cannot be read (No such file or directory)"),
        (
            "rttm",
            RTTM + "SPEAKER talk 1 soon 1 <NA> <NA> A <NA> <NA>\n",
            "talk.rttm:2: start time must be a number",
        ),
        (
            "rttm",
            RTTM.replace("talk", "a") + RTTM.replace("talk", "b"),
            "holds 2 recordings, none called 'talk'",
        ),
        ("stm", "talk 1 A 2.0 1.0 hello\n", "talk.stm:1: ends at 1.0 before it starts at 2.0"),
        ("ctm", "\ntalk 1 0.5\n", "talk.ctm:2: CTM needs"),
    ],
)
def test_a_wrong_reference_is_one_line(
    tiny, capsys: pytest.CaptureFixture[str], ending: str, content: str | None, said: str
):
    if content is not None:
        (tiny.folder / f"talk.{ending}").write_text(content)
    path = manifest(tiny.folder, {**ENTRY, ending: f"talk.{ending}"})
    assert said in complaint(tiny, capsys, str(path), "--profile", str(tiny.profile))


@pytest.mark.parametrize(
    ("args", "said"),
    [
        (["tak"], "there is no recording 'tak' among 1, did you mean 'talk'?"),
        (["--only", "talk, tolk"], "there is no recording 'tolk' among 1, did you mean 'talk'?"),
        (["--collar", "-1"], "--collar: needs seconds of 0 or more, got -1"),
        (
            ["--normaliser", "standart/1"],
            "there is no normaliser 'standart/1', did you mean 'standard/1'?",
        ),
    ],
)
def test_a_wrong_option_is_one_line(
    tiny, capsys: pytest.CaptureFixture[str], args: list[str], said: str
):
    path = manifest(tiny.folder, ENTRY)
    assert said in complaint(tiny, capsys, str(path), *args, "--profile", str(tiny.profile))


def test_a_missing_manifest(tiny, capsys: pytest.CaptureFixture[str]):
    assert "gone.json: cannot be read (No such file or directory)" in complaint(
        tiny, capsys, "gone.json"
    )


def test_an_unknown_profile_gets_the_nearest_name(tiny, capsys: pytest.CaptureFixture[str]):
    path = manifest(tiny.folder, ENTRY)
    assert (
        main(
            [
                "evaluate",
                str(path),
                "--profile",
                "fast-quiet-rom",
                "--out",
                str(tiny.folder / "out"),
            ]
        )
        == 2
    )
    assert "did you mean 'fast-quiet-room'?" in capsys.readouterr().err and tiny.calls() == []


def test_two_profiles_of_one_name(tiny, capsys: pytest.CaptureFixture[str]):
    (tiny.folder / "more").mkdir()
    (tiny.folder / "more" / "small.toml").write_text('extends = "../small.toml"')
    path = manifest(tiny.folder, ENTRY)
    both = ["--profile", str(tiny.profile), "--profile", str(tiny.folder / "more" / "small.toml")]
    assert "two profiles are both called small: rename" in complaint(tiny, capsys, str(path), *both)
