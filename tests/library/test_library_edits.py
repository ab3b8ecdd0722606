"""Edits: what each operation does to the words, undone and done again, and kept on the disk."""

import random

import pytest

from tests._support.library_documents import (
    added,
    document,
    dump,
    random_lines,
    said,
    store,
    texts,
)
from vsat_core.errors import InputError
from vsat_core.library.library import Library

A, B = "Speaker 1", "Speaker 2"
LINES = [(A, "hello wor ld this is o'connor."), (B, "the report is late"), (A, "no it is not")]


@pytest.fixture
def talk(tmp_path):
    with Library.open(tmp_path / "out") as library:
        yield library, added(library, store(tmp_path / "out", document(*LINES)))


@pytest.mark.parametrize(
    ("operation", "expected"),
    [
        ({"op": "replace", "words": [5], "text": "Okonkwo."}, "hello wor ld this is Okonkwo."),
        ({"op": "replace", "words": [1, 2], "text": "world"}, "hello world this is o'connor."),
        ({"op": "replace", "words": [0], "text": "oh my"}, "oh my wor ld this is o'connor."),
        ({"op": "insert", "after": 2, "text": "and so"}, "hello wor ld and so this is o'connor."),
        ({"op": "insert", "before": 0, "text": "well"}, "well hello wor ld this is o'connor."),
        ({"op": "delete", "words": [0, 2]}, "wor this is o'connor."),
        ({"op": "split", "word": 0, "parts": ["hel", "lo"]}, "hel lo wor ld this is o'connor."),
        ({"op": "merge", "words": [1, 2]}, "hello world this is o'connor."),
    ],
)
def test_operations_on_words(talk, operation, expected):
    library, one = talk
    library.apply(one.id, operation)
    first = [text for who, text in said(library, one)][: len(expected.split())]
    assert " ".join(first) == expected
    library.undo(one.id)
    assert texts(library, one) == " ".join(text for _, text in LINES).split()
    library.redo(one.id)
    assert " ".join(texts(library, one)).startswith(expected)


def test_times_and_ids(talk):
    library, one = talk
    before = {w.id: w for w in library.words(one.id)}
    library.apply(one.id, {"op": "replace", "words": [5], "text": "Okonkwo."})
    library.apply(one.id, {"op": "split", "word": 0, "parts": ["h", "ello"]})
    library.apply(one.id, {"op": "merge", "words": [1, 2]})
    after = library.words(one.id)
    kept = {w.id: w for w in after}
    assert (kept[5].start_ms, kept[5].end_ms) == (before[5].start_ms, before[5].end_ms)
    assert kept[5].confidence == 1000 and kept[5].edited and not kept[4].edited
    assert [(w.start_ms, w.end_ms) for w in after[:3]] == [(1000, 1060), (1060, 1300), (1350, 2000)]
    assert after[0].id == 0 and after[1].id >= 1 << 32 and after[2].id == 1


def test_speakers(talk):
    library, one = talk
    library.apply(one.id, {"op": "rename_speaker", "speaker": A, "name": "Anna"})
    library.apply(one.id, {"op": "reassign", "turn": 7, "speaker": "Ben", "new": True})
    assert [who for who, _ in said(library, one)] == ["Anna"] * 6 + ["Ben"] * 4 + ["Anna"] * 4
    library.apply(one.id, {"op": "merge_speakers", "speaker": "Ben", "into": "Anna"})
    assert {who for who, _ in said(library, one)} == {"Anna"}
    library.apply(one.id, {"op": "reassign", "sentence": 11, "speaker": B})
    assert [who for who, _ in said(library, one)] == ["Anna"] * 6 + [B] * 8
    for _ in range(4):
        library.undo(one.id)
    assert [who for who, _ in said(library, one)] == [A] * 6 + [B] * 4 + [A] * 4


@pytest.mark.parametrize(
    ("operation", "problem"),
    [
        ({"op": "replce", "words": [1], "text": "x"}, "did you mean 'replace'"),
        ({"op": "replace", "words": [99], "text": "x"}, "word 99: is not in this transcript"),
        ({"op": "replace", "words": [1, 3], "text": "x"}, "stand next to each other"),
        ({"op": "replace", "words": [1], "text": " "}, "at least one word"),
        ({"op": "rename_speaker", "speaker": "Speker 1", "name": "X"}, "did you mean 'Speaker 1'"),
        ({"op": "rename_speaker", "speaker": A, "name": B}, "merge_speakers"),
        ({"op": "insert", "text": "x"}, "either after or before"),
        ({"op": "delete", "words": [1], "more": 2}, "unknown field"),
    ],
)
def test_what_cannot_be_done_changes_nothing(talk, operation, problem):
    library, one = talk
    before, size = dump(library.base), library.tables.journal.size
    with pytest.raises(InputError, match=problem):
        library.apply(one.id, operation)
    assert dump(library.base) == before and library.tables.journal.size == size


def test_notes(talk):
    library, one = talk
    library.apply(one.id, {"op": "note", "word": 3, "text": "who?"})
    library.apply(one.id, {"op": "bookmark", "at": 1.5})
    assert [(n.kind, n.word, n.at_ms, n.text) for n in library.notes(one.id)] == [
        ("bookmark", None, 1500, ""),
        ("note", 3, 2050, "who?"),
    ]
    library.undo(one.id)
    assert [n.kind for n in library.notes(one.id)] == ["note"]


def test_a_new_edit_ends_redo(talk):
    library, one = talk
    library.apply(one.id, {"op": "delete", "words": [0]})
    library.undo(one.id)
    library.apply(one.id, {"op": "delete", "words": [1]})
    assert library.redo(one.id) is None and texts(library, one)[:2] == ["hello", "ld"]
    assert [edit.state for edit in library.edits(one.id)] == ["dropped", "done"]
    assert library.undo(one.id) and library.undo(one.id) is None


def random_operation(draw, library, one):
    words = [w.id for w in library.words(one.id)]
    names = library.speakers(one.id).names()
    i = draw.randrange(len(words) - 4)
    run = words[i : i + draw.randint(1, 4)]
    return draw.choice(
        [
            {"op": "replace", "words": run, "text": draw.choice(["x", "late report", "a b c d e"])},
            {"op": "insert", draw.choice(["after", "before"]): words[i], "text": "new words"},
            {"op": "delete", "words": run},
            {"op": "split", "word": words[i], "parts": ["some", "thing"]},
            {"op": "merge", "words": words[i : i + 2]},
            {"op": "rename_speaker", "speaker": names[0], "name": f"N{draw.random()}"},
            {"op": "merge_speakers", "speaker": names[-1], "into": names[0]},
            {"op": "reassign", "words": run, "speaker": f"M{draw.random()}", "new": True},
            {"op": "reassign", "turn": words[i], "speaker": names[0]},
            {"op": "reassign", "sentence": words[i], "speaker": names[-1]},
        ]
    )


def test_undo_of_everything_and_redo_of_everything(tmp_path):
    draw = random.Random(1)
    with Library.open(tmp_path) as library:
        one = added(library, store(tmp_path, document(*random_lines(1, 30))))
        first, states, before = texts(library, one), [], dump(library.base)
        while len(states) < 60:
            try:
                library.apply(one.id, random_operation(draw, library, one))
            except InputError:  # a merge of one speaker with itself
                continue
            states.append(said(library, one))
        after = dump(library.base)
        for k in range(59, -1, -1):
            assert said(library, one) == states[k]
            library.undo(one.id)
        undone = dump(library.base)
        assert texts(library, one) == first
        assert all(undone[t] == before[t] for t in ("passage", "speaker", "made_word", "tokens"))
        for k in range(60):
            library.redo(one.id)
            assert said(library, one) == states[k]
        redone = dump(library.base)
        assert all(redone[t] == after[t] for t in ("passage", "speaker", "made_word", "tokens"))
        library.base.execute("INSERT INTO passage_text(passage_text) VALUES ('integrity-check')")
    with Library.open(tmp_path) as again:
        assert said(again, one) == states[-1]


def test_slices(tmp_path):
    with Library.open(tmp_path) as library:
        one = added(library, store(tmp_path, document(*random_lines(2, 60))))
        library.apply(one.id, {"op": "insert", "after": 3, "text": "x y z"})
        library.apply(one.id, {"op": "delete", "words": [200, 201]})
        every = library.words(one.id)
        for first, n in ((0, 5), (63, 2), (120, 300), (len(every) - 3, 10), (len(every), 4)):
            assert library.words(one.id, first, n) == every[first : first + n]
        some = library.words_between(one.id, 20.0, 31.0)
        assert some == [w for w in every if w.end_ms > 20000 and w.start_ms < 31000]
