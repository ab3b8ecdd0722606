"""`vsat library`, `vsat edit`, and runs that fill a library, as a user meets them."""

import json
import sqlite3

import pytest

from tests._support.command import vsat
from tests._support.library_documents import added, document, store
from vsat_core.engine.cache import Cache
from vsat_core.library.library import Library
from vsat_core.library.location import journal_of, library_of

A, B = "Speaker 1", "Speaker 2"


@pytest.fixture
def out(tmp_path):
    with Library.open(tmp_path) as library:
        added(library, store(tmp_path, document((A, "the secretword is"), (B, "late"))))
        added(library, store(tmp_path, document((A, "quite another")), "other"))
    return tmp_path


def edit(out, line, *operations):
    file = out / "operations.jsonl"
    file.write_text("".join(json.dumps(one) + "\n" for one in operations))
    return vsat(f"edit talk {file} --out {out} {line}")


def test_edit_undo_redo(out, capsys):
    assert (
        edit(
            out, "", {"op": "replace", "words": [0], "text": "The"}, {"op": "delete", "words": [3]}
        )
        == 0
    )
    assert [line.split()[2] for line in capsys.readouterr().out.splitlines()] == [
        "replace",
        "delete",
    ]
    assert vsat(f"edit talk --undo 3 --out {out}") == 1
    assert "nothing to undo" in capsys.readouterr().err
    assert vsat(f"edit talk --redo --out {out}") == 0
    assert vsat(f"library show talk --out {out}") == 0
    shown = capsys.readouterr().out
    assert (
        "replace 'the' text=The" in shown and "(undone)" in shown and "speakers: Speaker 1" in shown
    )
    assert vsat(f"library show talk --words --out {out}") == 0
    assert capsys.readouterr().out.splitlines()[0].split("\t") == ["0", "1.000", "1.300", A, "The"]


def test_the_first_operation_that_cannot_be_done_ends_it(out, capsys):
    assert edit(out, "", {"op": "delete", "words": [0]}, {"op": "delete", "words": [0]}) == 2
    printed = capsys.readouterr()
    assert len(printed.out.splitlines()) == 1 and "line 2: word 0" in printed.err


def test_list_check_rebuild(out, capsys):
    assert edit(out, "", {"op": "delete", "words": [0]}) == 0
    capsys.readouterr()
    assert vsat(f"library list --out {out}") == 0
    talk, other = capsys.readouterr().out.splitlines()
    assert "1 edits" in talk and talk.endswith("talk.json") and "2026-05-01 12:00" in other
    assert vsat(f"library check --out {out}") == 0
    library_of(out).write_bytes(bytes(20_000))
    assert vsat(f"library check --out {out}") == 0
    assert "set aside" in capsys.readouterr().err
    assert vsat(f"library rebuild {out}") == 0
    assert "2 recordings, 6 words" in capsys.readouterr().out
    assert vsat(f"library show nobody --out {out}") == 2
    assert "expected a recording of the library" in capsys.readouterr().err


def test_rebuild_makes_a_library_of_a_folder(tmp_path, capsys):
    store(tmp_path / "a", document((A, "one two")))
    (tmp_path / "a" / "foreign.json").write_text('{"vsat": 3}')
    assert vsat(f"library rebuild {tmp_path}") == 0
    printed = capsys.readouterr()
    assert "1 recordings, 2 words" in printed.out and "foreign.json: passed over" in printed.err


def test_forget_leaves_nothing(out, capsys):
    edit(out, "", {"op": "replace", "words": [2], "text": "hiddenword"})
    edit(out, "", {"op": "note", "word": 2, "text": "privatenote"})
    files = (library_of(out), journal_of(library_of(out)))
    assert vsat(f"library forget talk --out {out}") == 2  # nobody there to ask
    assert vsat(f"library forget talk --out {out} --yes") == 0
    content = b"".join(file.read_bytes() for file in files)
    assert not any(word in content for word in (b"secretword", b"hiddenword", b"privatenote"))
    assert b"another" in content
    capsys.readouterr()
    assert vsat(f"search secretword {out}") == 1  # its file is there still, and stays out
    assert vsat(f"search another {out}") == 0


@pytest.fixture
def tiny(tiny):
    """With results as VSAT itself writes them."""
    text = tiny.profile.read_text()
    write = '[stages.write]\nuse = "{}"'
    tiny.profile.write_text(
        text.replace(write.format("tiny.plain"), write.format("files.baseline"))
    )
    return tiny


def test_a_run_fills_the_library_and_corrections_outlive_it(tiny, capsys):
    out = tiny.folder / "out"
    run = f"run {tiny.recording} --profile {tiny.profile} --out {out}"
    assert vsat(run) == 0
    with Library.open(out) as library:
        one = library.recording("talk")
        assert one.words == 8 and len(one.digest) == 64 and one.recorded_from == "file"
        library.apply(one.id, {"op": "replace", "words": [2], "text": "corrected"})
        library.apply(one.id, {"op": "merge_speakers", "speaker": B, "into": A})
    tiny.recording.rename(tiny.folder / "renamed.wav")
    assert vsat(run.replace("talk.wav", "renamed.wav")) == 0
    with Library.open(out) as library:
        (same,) = library.recordings()
        assert (same.id, same.file) == (one.id, "renamed.json")
        assert library.words(one.id)[2].text == "corrected"
        assert library.speakers(one.id).names() == [A]
    assert Cache().forget({one.digest})


def test_a_damaged_library_fails_no_run(tiny, capsys):
    out = tiny.folder / "out"
    run = f"run {tiny.recording} --profile {tiny.profile} --out {out}"
    assert vsat(run) == 0
    library_of(out).write_bytes(b"x" * 10_000)
    capsys.readouterr()
    assert vsat(run) == 0
    printed = capsys.readouterr()
    assert "set aside" in printed.out + printed.err
    with Library.open(out) as library:
        assert [one.words for one in library.recordings()] == [8]


def test_one_library_over_many_folders(tiny, capsys):
    named = tiny.folder / "all.sqlite"
    for k in "ab":
        sound = tiny.folder / f"{k}.wav"
        sound.write_bytes(tiny.recording.read_bytes() + k.encode() * 100)
        out = tiny.folder / f"out-{k}"
        line = f"run {sound} --profile {tiny.profile} --out {out} --library {named}"
        assert vsat(line) == 0 and not library_of(out).exists()
    base = sqlite3.connect(named)
    assert base.execute("SELECT file FROM recording").fetchall() == [
        ("out-a/a.json",),
        ("out-b/b.json",),
    ]
    base.close()
    assert vsat(f"library list --library {named}") == 0
    store(tiny.folder / "elsewhere", document((A, "a zebra")))
    store(tiny.folder / "out-a", document((A, "a zebra")), "beside")
    capsys.readouterr()
    assert vsat(f"search zebra --library {named}") == 0
    assert [line.split()[0] for line in capsys.readouterr().out.splitlines()] == [
        f"{tiny.folder}/out-a/beside.json"
    ]
