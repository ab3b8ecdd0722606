"""Operations that are done together are undone together, also after everything was built again."""

import pytest

from tests._support.library_documents import added, document, store, texts
from vsat_core.errors import InputError
from vsat_core.library.library import Library

A, B = "Speaker 1", "Speaker 2"
LINES = [(A, "the the cat"), (B, "the dog")]
BATCH = [
    {"op": "replace", "words": [0], "text": "a"},
    {"op": "insert", "after": 2, "text": "and"},
    {"op": "delete", "words": [3]},
    {"op": "rename_speaker", "speaker": B, "name": "Ann"},
]


@pytest.fixture
def talk(tmp_path):
    with Library.open(tmp_path / "out") as library:
        yield library, added(library, store(tmp_path / "out", document(*LINES)))


def text(library, one):
    return " ".join(texts(library, one))


def test_one_undo_takes_all_back(talk):
    library, one = talk
    library.apply(one.id, {"op": "delete", "words": [1]})
    made = library.apply_all(one.id, BATCH, "b1")
    assert text(library, one) == "a cat and dog" and "Ann" in library.speakers(one.id).names()
    undone = library.undo(one.id)
    assert undone.together == tuple(edit.number for edit in reversed(made))
    assert text(library, one) == "the cat the dog"
    assert "Ann" not in library.speakers(one.id).names()
    library.undo(one.id)
    assert text(library, one) == "the the cat the dog" and library.undo(one.id) is None
    library.redo(one.id)
    again = library.redo(one.id)
    assert again.together == tuple(edit.number for edit in made)
    assert text(library, one) == "a cat and dog" and library.redo(one.id) is None


def test_neighbouring_batches_stay_apart(talk):
    library, one = talk
    for word in (0, 1):
        library.apply_all(one.id, [{"op": "replace", "words": [word], "text": "x"}] * 2)
    library.undo(one.id)
    assert text(library, one) == "x the cat the dog"


def test_all_or_none(talk):
    library, one = talk
    with pytest.raises(InputError, match="word 99"):
        library.apply_all(one.id, [BATCH[0], {"op": "delete", "words": [99]}], "b1")
    assert text(library, one) == "the the cat the dog"
    assert library.edits(one.id) == [] == library.batch(one.id, "b1")


def test_a_batch_is_known_after_the_tables_were_lost(talk, tmp_path):
    library, one = talk
    made = library.apply_all(one.id, BATCH, "b1")
    library.close()
    library.path.unlink()
    with Library.open(tmp_path / "out") as other:
        found = other.recordings()[0]
        assert [e.number for e in other.batch(found.id, "b1")] == [e.number for e in made]
        other.undo(found.id)
        assert text(other, found) == "the the cat the dog"


def test_notes_are_removed_and_come_back(talk, tmp_path):
    library, one = talk
    note = library.apply(one.id, {"op": "note", "word": 2, "text": "who?"})
    kept = library.notes(one.id)
    library.apply(one.id, {"op": "remove_note", "note": note.number})
    assert library.notes(one.id) == []
    library.undo(one.id)
    assert library.notes(one.id) == kept
    library.redo(one.id)
    with pytest.raises(InputError, match="no such note"):
        library.apply(one.id, {"op": "remove_note", "note": note.number})
    store(tmp_path / "out", document((A, "the the cat sat"), (B, "the dog")))
    added(library, library.path.parent.parent / "talk.json")
    assert library.notes(one.id) == []
