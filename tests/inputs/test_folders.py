"""Recordings of a folder are found by content, links are followed once, the rest is counted."""

import os
import socket
from pathlib import Path

import pytest

from vsat_core.inputs.folders import USUAL_ENDINGS, search

WAV = b"RIFF\x24\x00\x00\x00WAVEfmt "


@pytest.fixture
def folder(tmp_path, monkeypatch):
    """An empty folder called `in`."""
    monkeypatch.chdir(tmp_path)
    Path("in").mkdir()
    return Path("in")


def put(path: Path, content: bytes = WAV) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content)
    return path


def names(folder: Path) -> list[str]:
    return [str(p.relative_to(folder)) for p in search(folder).recordings]


def test_by_content_whatever_the_ending_and_by_ending_whatever_the_content(folder):
    for name in ("b.WAV", "a.bin", "noending", "x/y/c.m4b"):
        put(folder / name)
    put(folder / "damaged.mp3", b"no sound at all")
    put(folder / "empty.flac", b"")
    put(folder / "notes.txt", b"hello")
    put(folder / "x/notes.TXT", b"hello")
    put(folder / "README", b"hello")
    put(folder / "odd.\x1b[31m", b"hello")
    (folder / "folder.wav").mkdir()
    assert names(folder) == ["a.bin", "b.WAV", "damaged.mp3", "empty.flac", "noending", "x/y/c.m4b"]
    assert search(folder).summary() == "2 .txt, 1 with an odd ending, 1 without an ending"


@pytest.mark.parametrize(
    "text",
    [
        "Get free stuff",
        "The skip is full",
        "MAC addresses",
        "caffeine",
        "dns.example.org",
        "DSD is a format",
        "ID3 tags",
        "Vấn đề",
        "V’s notes",
        "Good morning",
        "OK",
        "RIFF is a format",
    ],
)
@pytest.mark.parametrize("encoding", ["utf-8", "utf-16", "utf-16-be", "utf-8-sig"])
def test_texts_are_no_recordings(text, encoding, folder):
    put(folder / "notes.txt", (text + " and more of it\n" * 300).encode(encoding))
    assert names(folder) == []


def test_many_endings_are_cut_short(folder):
    for i in range(20):
        put(folder / f"a.e{i:02d}", b"hello")
    assert search(folder).summary().endswith("1 .e07, 12 others")


def test_hidden_and_system_files_are_left_out(folder):
    for name in (
        "._a.wav",
        ".hidden.wav",
        ".hidden/b.wav",
        "__MACOSX/c.wav",
        "x/.DS_Store",
        "lost+found/d.wav",
    ):
        put(folder / name)
    put(folder / "a.wav")
    assert names(folder) == ["a.wav"] and search(folder).summary() == ""


def test_a_hidden_folder_that_is_named_is_searched(folder):
    put(folder / ".hidden/b.wav")
    assert names(folder / ".hidden") == ["b.wav"]


def test_links_are_followed_once_and_real_paths_are_preferred(folder):
    put(folder / "real/a.wav")
    put(Path("outside/b.wav"))
    put(Path("c.wav"))
    for name, target in {
        "0link": "real",
        "0a.wav": "real/a.wav",
        "up": "..",
        "real/self": ".",
        "outside": "../outside",
        "z": "../outside",
        "c.wav": "../c.wav",
        "d.wav": "../c.wav",
    }.items():
        (folder / name).symlink_to(target)
    assert names(folder) == ["c.wav", "outside/b.wav", "real/a.wav"]


def test_broken_links_and_special_files_are_counted_and_not_opened(folder):
    """Opening a pipe that nobody writes to would wait for ever."""
    put(folder / "a.wav")
    (folder / "gone.wav").symlink_to("nowhere")
    (folder / "circle").symlink_to("circle")
    os.mkfifo(folder / "pipe.wav")
    (folder / "link.wav").symlink_to("pipe.wav")
    with socket.socket(socket.AF_UNIX) as server:
        server.bind(str(folder / "socket"))
    assert names(folder) == ["a.wav"]
    assert search(folder).summary() == "3 special files, 2 broken links"


def test_a_folder_that_cannot_be_searched_is_a_line_and_the_others_go_on(folder, monkeypatch):
    put(folder / "a.wav")
    put(folder / "private/b.wav")
    put(folder / "x/c.wav")
    real = os.scandir

    def refusing(path):
        if Path(path).name == "private":
            raise PermissionError(13, "Permission denied")
        return real(path)

    monkeypatch.setattr("os.scandir", refusing)
    assert names(folder) == ["a.wav", "x/c.wav"]
    assert search(folder).problems == [
        "in/private: cannot be searched (Permission denied); check permissions"
    ]


def test_a_file_that_cannot_be_read_is_counted_unless_its_ending_is_usual(folder, monkeypatch):
    put(folder / "a.wav")
    put(folder / "b.bin")
    monkeypatch.setattr("vsat_core.inputs.folders._head", lambda path: os.stat("/nowhere"))
    assert names(folder) == ["a.wav"] and search(folder).summary() == "1 unreadable file"


def test_several_searches_share_what_was_visited(folder):
    put(folder / "x/a.wav")
    put(folder / "notes.txt", b"hello")
    visited: set = set()
    assert len(search(folder, visited).recordings) == 1
    again = search(folder / "x", visited)
    assert (again.n_folders, again.recordings) == (0, {})


def test_endings_are_lower_case_with_a_dot():
    assert all(s.startswith(".") and s == s.lower() for s in USUAL_ENDINGS)
