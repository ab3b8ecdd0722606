"""Results reach the user's folder whole or not at all."""

import os
import shutil
import stat
from pathlib import Path

import pytest

from vsat_core.engine.atomic_files import check_folder, publish, write_json
from vsat_core.errors import OutputError


@pytest.fixture
def made(tmp_path):
    folder = tmp_path / "made"
    folder.mkdir()
    for name in ("a.txt", "b.json"):
        (folder / name).write_text(f"new {name}")
    return folder


def test_files_arrive_and_replace_older_ones(made, tmp_path):
    out = tmp_path / "deep" / "out"
    check_folder(out)
    (out / "a.txt").write_text("old")
    (out / "notes.txt").write_text("mine")
    assert publish(made, ("a.txt", "b.json"), out) == [out / "a.txt", out / "b.json"]
    assert {p.name: p.read_text() for p in out.iterdir()} == {
        "a.txt": "new a.txt",
        "b.json": "new b.json",
        "notes.txt": "mine",
    }


@pytest.mark.parametrize(("mask", "mode"), [(0o022, 0o644), (0o077, 0o600)])
def test_files_get_the_permissions_any_new_file_gets(made, tmp_path, mask, mode):
    before = os.umask(mask)
    try:
        (path,) = publish(made, ("a.txt",), tmp_path / "out")
    finally:
        assert os.umask(before) == mask
    assert stat.S_IMODE(path.stat().st_mode) == mode


def refuse_copy(out: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    real = shutil.copyfile

    def full(source, target):
        if source.name == "b.json":
            Path(target).write_text("hal")
            raise OSError(28, "No space left on device")
        return real(source, target)

    monkeypatch.setattr(shutil, "copyfile", full)


def put_folder(out: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (out / "b.json").mkdir()


@pytest.mark.parametrize(
    ("trouble", "says"),
    [(refuse_copy, "No space left on device"), (put_folder, "b.json is a folder")],
)
def test_a_failure_leaves_the_folder_as_it_was(made, tmp_path, monkeypatch, trouble, says):
    out = tmp_path / "out"
    out.mkdir()
    (out / "a.txt").write_text("old")
    trouble(out, monkeypatch)
    before = sorted(p.name for p in out.iterdir())
    with pytest.raises(
        OutputError, match=rf"out: cannot write there \({says}\); choose another folder with --out"
    ):
        publish(made, ("a.txt", "b.json"), out)
    assert (out / "a.txt").read_text() == "old" and sorted(p.name for p in out.iterdir()) == before


def test_long_names_in_any_script_arrive(made, tmp_path):
    name = "語" * 80 + ".txt"  # 244 bytes; a file system takes 255
    (made / name).write_text("x")
    assert publish(made, (name,), tmp_path / "out")[0].read_text() == "x"


def test_a_folder_that_cannot_be_is_found_out_early(tmp_path):
    (tmp_path / "file").write_text("in the way")
    for out in (tmp_path / "file", tmp_path / "file" / "below"):
        with pytest.raises(OutputError, match="cannot write there"):
            check_folder(out)
        with pytest.raises(OutputError, match="cannot write there"):
            publish(tmp_path, ("file",), out)


def test_checking_leaves_nothing(tmp_path):
    check_folder(tmp_path / "out")
    assert list((tmp_path / "out").iterdir()) == []


def test_json_is_written_whole_or_not_at_all(tmp_path):
    path = tmp_path / "deep" / "x.json"
    write_json(path, {"a": 1})
    with pytest.raises(TypeError):
        write_json(path, {"a": object()})
    assert path.read_text().strip().startswith("{") and [p.name for p in path.parent.iterdir()] == [
        "x.json"
    ]
