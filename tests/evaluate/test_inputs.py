"""What `vsat evaluate` is given: manifests, references, names; every mistake is one line and stops
before any run.
"""

import json
from pathlib import Path
from typing import Any

import pytest

from vsat_core.cli import main
from vsat_core.evaluate.manifest import choose, read_manifest
from vsat_core.evaluate.references import read_references

ENTRY = {"id": "talk", "audio": "talk.wav"}
RTTM = "SPEAKER talk 1 0.004 0.003 <NA> <NA> A <NA> <NA>\n"


def manifest(folder: Path, *entries: Any) -> Path:
    path = folder / "manifest.json"
    path.write_text(json.dumps(list(entries)))
    return path


@pytest.fixture
def complaint(tiny, capsys):
    """The one line on standard error, after checking that nothing ran."""

    def of(path: object, *args: str) -> str:
        args = (*args, "--profile", str(tiny.profile), "--out", str(tiny.folder / "out"))
        assert main(["evaluate", str(path), *args]) == 2
        shown = capsys.readouterr()
        assert shown.out == "" and tiny.calls() == []
        (line,) = shown.err.splitlines()
        return line

    return of


def test_paths_are_relative_to_the_manifest(tmp_path):
    row = {"id": "a", "audio": "x/a.flac", "rttm": "x/a.rttm", "stm": None, "licence": "none"}
    (entry,) = read_manifest(manifest(tmp_path, row | {"seconds": 3, "stored": False}))
    assert (entry.audio, entry.rttm) == (tmp_path / "x/a.flac", tmp_path / "x/a.rttm")
    assert (entry.stm, entry.ctm, entry.seconds, entry.absent) == (None, None, 3.0, True)
    (plain,) = read_manifest(manifest(tmp_path, ENTRY))
    assert (plain.seconds, plain.environment, plain.absent) == (None, "unspecified", False)


def test_recordings_come_in_the_order_asked_for(tmp_path):
    path = manifest(tmp_path, *({"id": name, "audio": "a"} for name in "abc"))
    entries = read_manifest(path)
    assert [e.id for e in choose(entries, ["c", "a", "c"], path)] == ["c", "a"]
    assert [e.id for e in choose(entries, [], path)] == ["a", "b", "c"]


def test_a_reference_file_of_one_recording_may_call_it_anything(tmp_path):
    (tmp_path / "a.rttm").write_text(RTTM)
    (tmp_path / "b.rttm").write_text(RTTM + RTTM.replace("talk", "b").replace(" A ", " B "))
    rows = ({"id": name, "audio": "a", "rttm": f"{name}.rttm", "speakers": 9} for name in "ab")
    a, b = (read_references(entry) for entry in read_manifest(manifest(tmp_path, *rows)))
    assert [t.speaker for t in a.turns] == ["A"] and [t.speaker for t in b.turns] == ["B"]
    assert (a.speakers, b.speakers, a.text) == (1, 1, None)


@pytest.mark.parametrize(
    ("content", "message"),
    [
        ("[{", "manifest.json:1: is not JSON"),
        ("{}", "manifest.json: Expected `array`, got `object`; a manifest is a list of recordings"),
        ("[]", "manifest.json: nothing to run, it is empty"),
        ("[3]", "Expected `object`, got `int` - at `$[0]`"),
        ('[{"audio": "a"}]', "missing required field `id` - at `$[0]`"),
        ('[{"id": "a"}]', "missing required field `audio` - at `$[0]`"),
        ('[{"id": 7, "audio": "a"}]', "Expected `str`, got `int` - at `$[0].id`"),
        ('[{"id": "../a", "audio": "a"}]', "entry 1: id '../a' cannot name a file"),
        ('[{"id": "peers", "audio": "a"}]', "id 'peers' cannot name a file"),
        (
            '[{"id": "a", "audio": "a"}, {"id": "a", "audio": "b"}]',
            "entry 2: id 'a' is taken by an entry before",
        ),
        ('[{"id": "a", "audio": "a", "seconds": 0}]', "Expected `float` > 0.0 - at `$[0].seconds`"),
        ('[{"id": "a", "audio": "a", "seconds": NaN}]', "Expected `float` > 0.0"),
        ('[{"id": "a", "audio": "a", "speakers": 1.5}]', "got `float` - at `$[0].speakers`"),
        ('[{"id": "a", "audio": ""}]', "Expected a path, got '' - at `$[0].audio`"),
        ('[{"id": "a", "audio": "a", "rttm": ["x"]}]', "got ['x'] - at `$[0].rttm`"),
    ],
)
def test_a_wrong_manifest_is_one_line(tiny, complaint, content, message):
    path = tiny.folder / "manifest.json"
    path.write_text(content)
    assert message in complaint(path)


@pytest.mark.parametrize(
    ("ending", "content", "message"),
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
def test_a_wrong_reference_is_one_line(tiny, complaint, ending, content, message):
    if content is not None:
        (tiny.folder / f"talk.{ending}").write_text(content)
    assert message in complaint(manifest(tiny.folder, {**ENTRY, ending: f"talk.{ending}"}))


@pytest.mark.parametrize(
    ("args", "message"),
    [
        ("tak", "there is no recording 'tak' among 1, did you mean 'talk'?"),
        ("--only tolk,talk", "there is no recording 'tolk' among 1, did you mean 'talk'?"),
        ("--normaliser standart/1", "no normaliser 'standart/1', did you mean 'standard/1'?"),
        ("--profile fast-quiet-rom", "did you mean 'fast-quiet-room'?"),
        ("--profile {0}/small.toml", "two profiles are both called small: rename"),
    ],
)
def test_a_wrong_option_is_one_line(tiny, complaint, args, message):
    more = tiny.folder / "more"
    more.mkdir()
    (more / "small.toml").write_text('extends = "../small.toml"')
    words = args.format(more).split()
    path = manifest(tiny.folder, ENTRY)
    assert message in complaint(path, *words)


def test_a_missing_manifest(complaint):
    assert "gone.json: cannot be read (No such file or directory)" in complaint("gone.json")
