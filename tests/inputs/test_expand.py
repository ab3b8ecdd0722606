"""Which recordings a command line means, and where their results go."""

import os
from pathlib import Path

import pytest

from vsat_core.inputs.expand import Inputs, expand
from vsat_core.inputs.names import RESERVED_BYTES, OutputNames, distinct, tagged

OUT = Path("out")


@pytest.fixture(autouse=True)
def place(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    return tmp_path


def make(folder: Path, *names: str) -> Path:
    for name in names:
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_bytes(b"")
    return folder


def found(*inputs: Path) -> dict[str, Path]:
    return {j.source.name: j.out for j in expand(inputs, OUT).jobs}


def test_a_file_keeps_its_name_without_ending(tmp_path):
    (job,) = expand([make(tmp_path, "talk.v2.flac") / "talk.v2.flac"], OUT).jobs
    assert (job.source.name, job.out, job.source.path) == (
        "talk.v2",
        OUT,
        tmp_path / "talk.v2.flac",
    )


def test_any_ending_is_taken_when_the_file_is_named(tmp_path):
    make(tmp_path, "talk.bin", "._memo.wav")
    assert found(tmp_path / "talk.bin", tmp_path / "._memo.wav") == {"talk": OUT, "._memo": OUT}


def test_a_missing_file_is_left_to_the_run(tmp_path):
    assert found(tmp_path / "gone.wav") == {"gone": OUT}
    assert found(Path("x" * 300)) == {tagged("x" * 300, "x" * 300, 255 - RESERVED_BYTES): OUT}


def test_a_recording_given_twice_is_done_once(tmp_path):
    make(tmp_path, "in/deep/talk.wav", "in/a.wav")
    Path("link.wav").symlink_to("in/a.wav")
    folder = tmp_path / "in"
    assert found(folder / "deep", folder, folder / "a.wav", Path("link.wav")) == {
        "talk": OUT,
        "a": OUT,
    }
    assert found(folder, folder / "deep") == {"talk": OUT / "deep", "a": OUT}
    assert expand([folder, folder / "deep"], OUT).problems == []


def test_names_in_different_folders_do_not_collide(tmp_path):
    make(tmp_path, "in/x/talk.wav", "in/y/talk.wav")
    jobs = expand([tmp_path / "in"], OUT).jobs
    assert {(j.source.name, j.out) for j in jobs} == {("talk", OUT / "x"), ("talk", OUT / "y")}


def test_names_that_would_collide_keep_their_ending(tmp_path):
    make(tmp_path, "talk.wav", "talk.mp3", "other.wav")
    assert found(tmp_path) == {"other": OUT, "talk.mp3": OUT, "talk.wav": OUT}


def test_names_that_still_collide_get_a_digest_of_their_path_and_a_note(tmp_path):
    make(tmp_path, "one/talk.wav", "two/talk.wav", "three/other.wav")
    inputs = [Path("one/talk.wav"), Path("two/talk.wav"), Path("three/other.wav")]
    first = expand(inputs, OUT)
    names = [j.source.name for j in first.jobs]
    assert (
        names[0] != names[1]
        and all(n.startswith("talk~") for n in names[:2])
        and names[2] == "other"
    )
    assert len(first.notes) == 1 and f"talk.wav -> {names[0]}" in first.notes[0]
    assert [j.source.name for j in expand(inputs, OUT).jobs] == names


def test_what_is_no_file_is_one_line_and_never_opened():
    os.mkfifo("pipe")
    made = expand([Path("pipe"), make(Path("in"), "a.wav") / "a.wav"], OUT)
    assert len(made.jobs) == 1
    assert made.problems == ["pipe: is no file but a pipe or device; to read it: vsat run - < pipe"]


def test_a_folder_without_recordings_is_one_line():
    assert expand([make(Path("in"), "notes.txt", "x.pdf", "y.txt")], OUT) == Inputs(
        [], ["in: no recordings in this folder (passed over: 2 .txt, 1 .pdf)"], []
    )
    assert not OUT.exists()
    Path("empty").mkdir()
    made = expand([Path("empty"), Path("a.wav")], OUT)
    assert (len(made.jobs), made.problems) == (1, ["empty: no recordings in this folder"])


def test_a_folder_that_cannot_be_searched_is_one_line(monkeypatch):
    make(Path("in"), "a.wav")
    make(Path("other"), "b.wav")
    real = os.scandir

    def refusing(path):
        if path == Path("in"):
            raise PermissionError(13, "Permission denied")
        return real(path)

    monkeypatch.setattr("os.scandir", refusing)
    made = expand([Path("in"), Path("other")], OUT)
    assert made.problems == ["in: cannot be searched (Permission denied); check permissions"]
    assert [j.source.name for j in made.jobs] == ["b"]


def test_long_names_are_shortened_by_bytes_always_the_same_way():
    rules = OutputNames(Path(), limit=64)
    name = "語" * 30
    short = rules.fitting(name, RESERVED_BYTES)
    assert len(os.fsencode(short)) <= 64 - RESERVED_BYTES and short.startswith("語" * 10)
    assert short == rules.fitting(name, RESERVED_BYTES) != rules.fitting(name + "x", RESERVED_BYTES)
    assert rules.fitting("talk", RESERVED_BYTES) == "talk"


def test_long_names_of_files_are_found_out_before_the_work():
    name = "x" * 251
    made = expand([make(Path("in"), f"{name}.wav")], OUT)
    (job,) = made.jobs
    assert len(job.source.name) + RESERVED_BYTES <= 255 and len(made.notes) == 1
    (OUT / f"{job.source.name}.json").touch()


def test_refused_characters_are_replaced(monkeypatch):
    """As on FAT, or on a disk that takes valid UTF-8 only."""
    real = os.open

    def refusing(path, *args, **more):
        if {":", "\udce9", "?"} & set(str(path)):
            raise OSError(22, "Invalid argument")
        return real(path, *args, **more)

    monkeypatch.setattr("os.open", refusing)
    rules = OutputNames(Path())
    assert rules.fitting("d\u00e9j\u00e0 12:30") == tagged(
        "d\u00e9j\u00e0 12_30", "d\u00e9j\u00e0 12:30", 255
    )
    assert rules.fitting("caf\udce9") == tagged("caf_", "caf\udce9", 255)
    assert rules.fitting("a?") != rules.fitting("a:")
    assert os.listdir() == []


def test_where_case_or_form_do_not_count_such_names_collide():
    rules = OutputNames(Path(), ignores_case=True, ignores_form=True)
    rows = [
        (Path(p), OUT)
        for p in ("Talk.wav", "talk.mp3", "TALK.MP3", "caf\u00e9.wav", "cafe\u0301.wav", "b.wav")
    ]
    names = distinct(rows, rules, {})
    assert len({rules.fold(n) for n in names.values()}) == len(rows)
    assert names[Path("Talk.wav")] == "Talk.wav" and names[Path("b.wav")] == "b"
    assert distinct(rows, OutputNames(Path()), {})[Path("Talk.wav")] == "Talk"


def test_probing_a_folder_leaves_nothing(tmp_path):
    rules = OutputNames.probe(tmp_path)
    rules.learn(["語\udce9:?\n"])
    assert rules.limit >= 64 and os.listdir(tmp_path) == []
