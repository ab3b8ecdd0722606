"""Nothing that was reported as saved is lost: killed writers, damaged files, a lost journal."""

import json
import multiprocessing
import os
import signal
import sqlite3
import stat
import subprocess
import sys
import time
from pathlib import Path

import pytest

from tests._support.command import vsat
from tests._support.library_documents import (
    added,
    document,
    dump,
    random_lines,
    store,
    texts,
)
from vsat_core.errors import OutputError, VsatError
from vsat_core.library.arrivals import sync
from vsat_core.library.library import Library, using
from vsat_core.library.location import journal_of, library_of
from vsat_core.library.rebuilding import rebuild

WRITER = """
import sys
from vsat_core.library.library import Library
with Library.open(sys.argv[1]) as library:
    one = library.recording("talk").id
    for k in range(10_000):
        library.apply(one, {"op": "replace", "words": [k % 50], "text": f"{sys.argv[2]}{k}"})
        print(k, flush=True)
"""


def made(folder: Path, edits: int = 12) -> Path:
    """A library with two recordings and edits, one of them undone."""
    with Library.open(folder) as library:
        for name in ("talk", "other"):
            one = added(library, store(folder, document(*random_lines(len(name), 20)), name))
            for k in range(edits):
                library.apply(one.id, {"op": "replace", "words": [k], "text": f"{name}{k}"})
            library.undo(one.id)
        return library.path


def test_files_are_private(tmp_path):
    path = made(tmp_path)
    for file in (path, journal_of(path)):
        assert stat.S_IMODE(file.stat().st_mode) == 0o600


def test_rebuilt_tables_are_equal(tmp_path):
    path = made(tmp_path)
    with Library.open(tmp_path) as library:
        library.apply(library.recording("talk").id, {"op": "delete", "words": [40, 41]})
        store(tmp_path, document(*random_lines(4, 21), begin=1.04))
        sync(library)  # another transcript of it: edits are carried over
        library.apply(library.recording("talk").id, {"op": "insert", "after": 3, "text": "new"})
        before = dump(library.base)
    rebuild(path)
    with Library.open(tmp_path) as library:
        after = dump(library.base)
    assert {name for name in before if before[name] != after[name]} == set()
    assert len(before["edit"]) == 26 and len(before["tokens"]) > 500


@pytest.mark.parametrize("damage", ["zeroed", "truncated", "empty", "text", "middle", "gone"])
def test_a_damaged_library_is_set_aside_and_built_again(tmp_path, damage):
    path = made(tmp_path)
    with Library.open(tmp_path) as library:
        before = dump(library.base)
    size = path.stat().st_size
    with path.open("r+b") as file:
        match damage:
            case "zeroed":
                file.write(bytes(size))
            case "truncated":
                file.truncate(size // 2)
            case "empty":
                file.truncate(0)
            case "text":
                file.write(b"not a database at all")
            case "middle":
                file.seek(4096)
                file.write(os.urandom(size - 8192))
    if damage == "gone":
        path.unlink()
    notes: list[str] = []
    with Library.open(tmp_path, note=notes.append) as library:
        assert dump(library.base) == before
    aside = list(path.parent.glob("library.damaged-*"))
    if damage in ("zeroed", "truncated", "text", "middle"):
        assert len(aside) == 1 and len(notes) == 1 and aside[0].name in notes[0]


def test_damage_found_while_it_is_open(tmp_path):
    path = made(tmp_path)
    notes: list[str] = []
    with Library.open(tmp_path, note=notes.append) as library:
        one = library.recording("talk")
        with path.open("r+b") as file:
            file.write(bytes(path.stat().st_size))
        library.base.execute("PRAGMA shrink_memory")
        library.apply(one.id, {"op": "replace", "words": [30], "text": "safe"})
    with Library.open(tmp_path, note=notes.append) as library:
        now = texts(library, one)
        assert now[30] == "safe" and now[:11] == [f"talk{k}" for k in range(11)]
    assert len(notes) <= 1


@pytest.mark.parametrize("column", ["texts", "numbers"])
def test_a_changed_bit_in_a_passage(tmp_path, column, capsys):
    """Found by `library check`; a search and a correction build the library again."""
    path = made(tmp_path)
    commands = ("library check --out {}", "search talk5 {}", "correction")
    for bit, command in enumerate(commands):
        with Library.open(tmp_path) as library:
            for id, content in library.base.execute(f"SELECT id, {column} FROM passage").fetchall():
                changed = content[:-5] + bytes([content[-5] ^ 1 << bit]) + content[-4:]
                library.base.execute(f"UPDATE passage SET {column} = ? WHERE id = ?", (changed, id))
        notes: list[str] = []
        if command == "correction":
            with Library.open(tmp_path, note=notes.append) as library:
                one = library.recording("talk").id
                library.apply(one, {"op": "replace", "words": [30], "text": "safe"})
            assert len(notes) == 1
            continue
        code = vsat(command.format(tmp_path))
        printed = capsys.readouterr()
        if "check" in command:
            assert code == 2 and "a passage is damaged" in printed.out + printed.err
        else:
            assert code == 0 and "talk5" in printed.out and "library.damaged-" in printed.err
    assert path.exists()


def test_an_edit_that_is_no_text_any_more(tmp_path):
    path = made(tmp_path)
    with Library.open(tmp_path) as library:
        before = dump(library.base)
        library.base.execute("UPDATE edit SET entry = CAST(x'7bc328' AS TEXT) WHERE number = 3")
    notes: list[str] = []
    using(path, lambda library: library.edits(library.recording("talk").id), note=notes.append)
    with Library.open(tmp_path) as library:
        assert dump(library.base) == before and len(notes) == 1


def test_a_lost_journal_is_written_again(tmp_path):
    path = made(tmp_path)
    before = journal_of(path).read_text().splitlines()
    journal_of(path).unlink()
    with Library.open(tmp_path) as library:
        tables = dump(library.base)
    assert sorted(journal_of(path).read_text().splitlines()) == sorted(before)
    rebuild(path)
    with Library.open(tmp_path) as library:
        assert dump(library.base) == tables


def test_a_line_that_was_cut_off(tmp_path):
    path = made(tmp_path)
    with journal_of(path).open("ab") as file:
        file.write(b'{"number":99,"recording":1,"time":"20')
    with Library.open(tmp_path) as library:
        one = library.recording("talk")
        library.apply(one.id, {"op": "replace", "words": [30], "text": "after"})
        tables = dump(library.base)
    rebuild(path)
    with Library.open(tmp_path) as library:
        assert dump(library.base) == tables and texts(library, one)[30] == "after"


def test_a_journal_ahead_of_the_tables_is_caught_up(tmp_path):
    path = made(tmp_path)
    kept = path.read_bytes()
    with Library.open(tmp_path) as library:
        one = library.recording("talk")
        for k in range(3):
            library.apply(one.id, {"op": "replace", "words": [20 + k], "text": f"late{k}"})
        after = dump(library.base)
    path.write_bytes(kept)  # as if the last commits had not reached the disk
    with Library.open(tmp_path) as library:
        assert texts(library, one)[20:23] == ["late0", "late1", "late2"]
        assert dump(library.base) == after


def test_a_killed_writer_loses_nothing_it_reported(tmp_path):
    made(tmp_path)
    for attempt in range(3):
        arguments = [sys.executable, "-c", WRITER, str(tmp_path), f"k{attempt}-"]
        with subprocess.Popen(arguments, stdout=subprocess.PIPE, text=True) as writer:
            assert writer.stdout
            reported = int(writer.stdout.readline())
            time.sleep(0.03 * attempt)
            writer.send_signal(signal.SIGKILL)
            reported = int((writer.stdout.read().split() or [reported])[-1])
        with Library.open(tmp_path) as library:
            now = texts(library, library.recording("talk"))
            written = [int(t.split("-")[1]) for t in now if t.startswith(f"k{attempt}-")]
            assert reported in (max(written), max(written) - 1)
            library.base.execute("PRAGMA integrity_check")


def write_some(folder: str, name: str, n: int) -> None:
    with Library.open(folder) as library:
        one = library.recording("talk").id
        for k in range(n):
            library.apply(one, {"op": "insert", "after": 60, "text": f"{name}{k}"})


def test_two_writers(tmp_path):
    path = made(tmp_path)
    spawn = multiprocessing.get_context("spawn")
    writers = [spawn.Process(target=write_some, args=(str(tmp_path), n, 15)) for n in "ab"]
    for writer in writers:
        writer.start()
    for writer in writers:
        writer.join()
    assert [writer.exitcode for writer in writers] == [0, 0]
    with Library.open(tmp_path) as library:
        now = texts(library, library.recording("talk"))
        assert {f"{n}{k}" for n in "ab" for k in range(15)} <= set(now)
        before = dump(library.base)
    rebuild(path)
    with Library.open(tmp_path) as library:
        assert dump(library.base) == before


def test_a_disk_that_refuses(tmp_path, monkeypatch):
    made(tmp_path)
    with Library.open(tmp_path) as library:
        one = library.recording("talk")
        before = dump(library.base)

        def full(handle: int) -> None:
            raise OSError(28, "No space left on device")

        with monkeypatch.context() as patched:
            patched.setattr(os, "fdatasync", full)
            with pytest.raises(OutputError, match="nothing was saved"):
                library.apply(one.id, {"op": "delete", "words": [3]})
        assert dump(library.base) == before
        library.apply(one.id, {"op": "delete", "words": [3]})
    with Library.open(tmp_path) as library:
        assert len(library.edits(one.id)) == 13


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write everywhere")
def test_a_folder_that_can_only_be_read(tmp_path):
    path = made(tmp_path)
    path.parent.chmod(0o500)
    try:
        with Library.open(tmp_path, readonly=True) as library:
            assert len(library.recordings()) == 2
            with pytest.raises(OutputError, match="only be read"):
                library.apply(1, {"op": "delete", "words": [3]})
    finally:
        path.parent.chmod(0o700)


def test_a_newer_library_is_left_alone(tmp_path):
    path = made(tmp_path)
    base = sqlite3.connect(path)
    base.execute("PRAGMA user_version = 99")
    base.close()
    content = path.read_bytes()
    with pytest.raises(VsatError, match="newer VSAT"):
        Library.open(tmp_path)
    assert path.read_bytes() == content and library_of(tmp_path) == path


def test_every_line_of_the_journal_is_json(tmp_path):
    path = made(tmp_path)
    lines = [json.loads(line) for line in journal_of(path).read_text().splitlines()]
    assert [line["number"] for line in lines] == list(range(1, len(lines) + 1))
