"""Which recordings a command line means, and where their results go."""
from __future__ import annotations

from pathlib import Path

import pytest

from vsat_core.cli.inputs import SUFFIXES, expand
from vsat_core.errors import InputError

OUT = Path("out")


def make(folder: Path, *names: str) -> Path:
    for name in names:
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_bytes(b"")
    return folder


def found(*inputs: Path) -> dict[str, Path]:
    return {j.source.name: j.out for j in expand(inputs, OUT)}


def test_a_file_keeps_its_name_without_ending(tmp_path: Path):
    (job,) = expand([make(tmp_path, "talk.v2.flac") / "talk.v2.flac"], OUT)
    assert (job.source.name, job.out, job.source.path) == ("talk.v2", OUT, tmp_path / "talk.v2.flac")


def test_any_ending_is_taken_when_the_file_is_named(tmp_path: Path):
    assert found(make(tmp_path, "talk.bin") / "talk.bin") == {"talk": OUT}


def test_a_missing_file_is_left_to_the_run(tmp_path: Path):
    assert found(tmp_path / "gone.wav") == {"gone": OUT}


def test_folders_are_searched_and_mirrored(tmp_path: Path):
    make(tmp_path, "b.WAV", "a.flac", "x/c.mp3", "x/y/d.ogg", "notes.txt", "x/sleeve.jpg")
    (tmp_path / "folder.wav").mkdir()
    assert found(tmp_path) == {"a": OUT, "b": OUT, "c": OUT / "x", "d": OUT / "x" / "y"}
    assert list(found(tmp_path)) == ["a", "b", "c", "d"]


def test_names_in_different_folders_do_not_collide(tmp_path: Path):
    make(tmp_path, "x/talk.wav", "y/talk.wav")
    jobs = expand([tmp_path], OUT)
    assert {(j.source.name, j.out) for j in jobs} == {("talk", OUT / "x"), ("talk", OUT / "y")}


def test_names_that_would_collide_keep_their_ending(tmp_path: Path):
    make(tmp_path, "talk.wav", "talk.mp3", "other.wav")
    assert found(tmp_path) == {"other": OUT, "talk.mp3": OUT, "talk.wav": OUT}


def test_a_recording_named_twice_runs_once(tmp_path: Path):
    make(tmp_path, "talk.wav")
    assert len(expand([tmp_path / "talk.wav", tmp_path / "talk.wav", tmp_path], OUT)) == 1


def test_two_recordings_of_one_name_are_an_error(tmp_path: Path):
    make(tmp_path, "one/talk.wav", "two/talk.wav")
    with pytest.raises(InputError, match=r"two recordings are both called talk\.wav: .* different --out folders"):
        expand([tmp_path / "one" / "talk.wav", tmp_path / "two" / "talk.wav"], OUT)


def test_a_folder_without_recordings_is_an_error(tmp_path: Path):
    with pytest.raises(InputError, match=r"no recordings in this folder \(looked for \.aac, "):
        expand([make(tmp_path, "notes.txt")], OUT)


def test_endings_are_lower_case_with_a_dot():
    assert all(s.startswith(".") and s == s.lower() for s in SUFFIXES)
