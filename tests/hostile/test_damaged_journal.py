"""Damaged lines of a library's journal are left out, even where they are JSON; the others count."""

import json

import pytest

from tests._support.library_documents import added, document, said, store
from vsat_core.library.library import Library
from vsat_core.library.location import journal_of
from vsat_core.library.rebuilding import rebuild

LINES = [("Speaker 1", "hello wor ld this is it"), ("Speaker 2", "the report is late")]


@pytest.fixture
def talk(tmp_path):
    """A library with two edits and one step back."""
    folder = tmp_path / "out"
    with Library.open(folder) as library:
        one = added(library, store(folder, document(*LINES)))
        library.apply(one.id, {"op": "merge", "words": [1, 2]})
        library.apply(one.id, {"op": "rename_speaker", "speaker": "Speaker 2", "name": "Anna"})
        library.apply(one.id, {"op": "delete", "words": [0]})
        library.undo(one.id)
        return library.path


def words(path):
    with Library.open(path) as library:
        return said(library, library.recording("talk"))


def every_line_damaged(lines):
    """Each line once without each of its keys, and with each value of another type."""
    for number, line in enumerate(lines):
        for key in json.loads(line):
            for value in (None, [1], "x", 10**30, -1):
                changed = json.loads(line)
                changed.pop(key)
                yield number, changed if value is None else {**changed, key: value}


def test_a_damaged_line_never_stops_a_rebuild(talk):
    journal = journal_of(talk)
    before, lines = words(talk), journal.read_text().splitlines()
    for number, changed in every_line_damaged(lines):
        damaged = [*lines[:number], json.dumps(changed), *lines[number + 1 :]]
        journal.write_text("\n".join(damaged) + "\n")
        talk.unlink()
        rebuild(talk)
        assert not list(talk.parent.glob("*.part"))
    journal.write_text("\n".join(lines) + "\n")
    rebuild(talk)
    assert words(talk) == before and ("Anna", "the") in before


def test_what_is_left_of_the_journal_counts(talk):
    journal = journal_of(talk)
    lines = journal.read_text().splitlines()
    journal.write_text("\n".join([lines[0], '{"number": 2}', *lines[2:], "[]", "{"]) + "\n")
    talk.unlink()
    rebuild(talk)
    assert words(talk)[1] == ("Speaker 1", "wor") and words(talk)[-1] == ("Anna", "late")
