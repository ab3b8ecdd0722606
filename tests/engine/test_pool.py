"""`vsat run --jobs`: several recordings at once give what one after the other gives; a dead process
costs one.
"""

import shutil
from pathlib import Path

import pytest

from vsat_core.cli import main


@pytest.fixture
def recordings(tiny):
    folder = tiny.folder / "in"
    folder.mkdir()
    for name in "abcd":
        shutil.copy(tiny.recording, folder / f"{name}.wav")
    return folder


def run(tiny, recordings: Path, out: str, *options: str) -> int:
    return main(
        [
            "run",
            str(recordings),
            "--profile",
            str(tiny.profile),
            "--out",
            str(tiny.folder / out),
            "--no-cache",
            *options,
        ]
    )


def files(folder: Path) -> dict[str, bytes]:
    return {p.name: p.read_bytes() for p in folder.iterdir() if p.is_file()}


def test_side_by_side_gives_the_same_files(tiny, recordings, capsys):
    assert run(tiny, recordings, "one", "--jobs", "1") == 0
    assert run(tiny, recordings, "two", "--jobs", "2") == 0
    assert files(tiny.folder / "one") == files(tiny.folder / "two") != {}
    assert capsys.readouterr().out.count("4 of 4 recordings done") == 2


def test_no_jobs_is_one_line(tiny, recordings, capsys):
    assert run(tiny, recordings, "out", "--jobs", "0") == 2
    assert capsys.readouterr().err == "vsat: --jobs: expected at least 1, got 0\n"
