"""A file that is no library is refused in one line, whatever is asked of it, and stays as it is."""

import sqlite3

import pytest

from tests._support.command import vsat
from tests._support.library_documents import added, document, store, texts
from vsat_core.errors import InputError
from vsat_core.history.store import opened
from vsat_core.library.damage import Damaged
from vsat_core.library.library import Library
from vsat_core.library.location import journal_of
from vsat_core.library.ownership import Foreign
from vsat_core.library.rebuilding import rebuild, rebuilt_after

TALK = document(("Speaker 1", "hello world"))
WAV = b"RIFF\x24\x00\x00\x00WAVEfmt " + bytes(60)


def database(application: int, table: str, version: int = 0) -> bytes:
    """A small database of another program."""
    base = sqlite3.connect(":memory:")
    base.execute(f"CREATE TABLE {table} (text)")
    base.execute(f"INSERT INTO {table} VALUES ('mine')")
    base.execute(f"PRAGMA application_id = {application}")
    base.execute(f"PRAGMA user_version = {version}")
    base.commit()
    return bytes(base.serialize())


FOREIGN = {
    "notes.sqlite": database(0, "notes"),
    "numbered.sqlite": database(0, "notes", version=2),
    "named.sqlite": database(0x12345678, "recording"),
    "talk.wav": WAV,
    "empty.sqlite": b"",
}


def everything(folder):
    return {file.name: file.read_bytes() for file in folder.iterdir()}


@pytest.mark.parametrize("name", FOREIGN)
def test_a_foreign_file_is_refused_and_left_alone(tmp_path, capsys, name):
    results, place = tmp_path / "results", tmp_path / "place"
    talk = store(results, TALK)
    place.mkdir()
    file = place / name
    file.write_bytes(FOREIGN[name])
    before = everything(place)
    for command in (
        f"search hello --library {file}",
        f"search hello {results} --library {file}",
        f"library list --library {file}",
        f"library check --library {file}",
        f"library rebuild {results} --library {file}",
        f"edit talk {talk} --library {file}",
    ):
        assert vsat(command) == 2, command
        (line,) = capsys.readouterr().err.splitlines()
        assert name in line and "--library" in line and "nothing was changed" in line
    for action in (Library.open, rebuild, lambda path: rebuilt_after(path, Damaged(), None, print)):
        with pytest.raises(Foreign):
            action(file)
    assert everything(place) == before


def test_a_journal_beside_another_programs_database_does_not_make_it_ours(tmp_path):
    file = tmp_path / "notes.sqlite"
    with Library.open(file) as library:
        added(library, store(tmp_path, TALK))
    file.write_bytes(FOREIGN["notes.sqlite"])
    before = everything(tmp_path)
    with pytest.raises(Foreign):
        Library.open(file)
    assert everything(tmp_path) == before


@pytest.mark.parametrize("content", [b"", WAV, None], ids=["empty", "other", "header"])
def test_what_a_journal_lies_beside_is_a_damaged_library(tmp_path, content):
    file = tmp_path / "all.sqlite"
    with Library.open(file) as library:
        one = added(library, store(tmp_path, TALK))
        library.apply(one.id, {"op": "replace", "words": [1], "text": "you"})
    if content is None:  # our tables under a header that does not name us
        changed = bytearray(file.read_bytes())
        changed[68:72] = b"\x00\x00\x00\x01"
        content = bytes(changed)
    file.write_bytes(content)
    with Library.open(file) as library:
        assert texts(library, library.recording("talk")) == ["hello", "you"]


def test_an_interrupted_first_run_is_no_hindrance(tmp_path):
    """What is there after a kill: the journal, and a file that is empty or has no table."""
    file = tmp_path / "all.sqlite"
    journal_of(file).touch(0o600)
    for made in (b"", database(0, "x")):
        file.write_bytes(made)
        if made:
            base = sqlite3.connect(file)
            base.execute("DROP TABLE x")
            base.close()
        with Library.open(file) as library:
            added(library, store(tmp_path, TALK))
        file.unlink()


def test_a_history_leaves_other_databases_alone(tmp_path):
    file = tmp_path / "notes.sqlite"
    file.write_bytes(FOREIGN["notes.sqlite"])
    for new in (False, True):
        with pytest.raises(InputError, match="another program"), opened(file, new=new):
            pass
    assert everything(tmp_path) == {"notes.sqlite": FOREIGN["notes.sqlite"]}
