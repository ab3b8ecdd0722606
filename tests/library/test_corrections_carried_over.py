"""Corrections on a later transcript of the same recording, and the transcript that has them."""

import random

import pytest

from tests._support.library_documents import (
    VOCABULARY,
    added,
    document,
    random_lines,
    said,
    store,
    texts,
)
from vsat_core.library.arrivals import sync
from vsat_core.library.corrected import corrected_transcript
from vsat_core.library.library import Library
from vsat_core.library.rebuilding import rebuild

A, B, C = "Speaker 1", "Speaker 2", "Speaker 3"


def again(library, folder, value):
    """Another transcript of the same recording."""
    store(folder, value)
    sync(library)


def conflicts(library, one):
    return [edit.conflict for edit in library.edits(one.id) if edit.conflict]


def other_clustering(value, names):
    """The same words by speakers of other names, line by line."""
    if isinstance(value, dict):
        return {key: other_clustering(one, names) for key, one in value.items()}
    if isinstance(value, list):
        return [other_clustering(one, names) for one in value]
    return names.get(value, value)


def test_story(tmp_path):
    """Correct 20 words, merge two speakers, run again with another clustering."""
    draw = random.Random(7)
    lines = random_lines(3, 60, speakers=4)
    value = document(*lines)
    words = [word for _, text in lines for word in text.split()]
    with Library.open(tmp_path) as library:
        one = added(library, store(tmp_path, value))
        places = draw.sample(range(len(words)), 20)
        for k, i in enumerate(places):
            library.apply(one.id, {"op": "replace", "words": [i], "text": f"Right{k}"})
        library.apply(one.id, {"op": "merge_speakers", "speaker": "Speaker 4", "into": A})
        library.apply(one.id, {"op": "rename_speaker", "speaker": A, "name": "Anna"})
        before = said(library, one)
        names = {A: "Speaker 3", "Speaker 3": "Speaker 4", "Speaker 4": A}
        again(library, tmp_path, other_clustering(value, names))
        now = said(library, one)
        assert [text for _, text in now] == [text for _, text in before]
        assert [who == "Anna" for who, _ in now] == [who == "Anna" for who, _ in before]
        assert conflicts(library, one) == []
    corrected = corrected_transcript(tmp_path / "talk.json")
    assert [(w.speaker, w.word) for w in corrected.all_words()] == now
    assert {f"Right{k}" for k in range(20)} <= {w.word for w in corrected.all_words()}
    assert {t.speaker for t in corrected.turns} == {who for who, _ in now}


def test_what_a_later_recogniser_has_right_is_left(tmp_path):
    with Library.open(tmp_path) as library:
        one = added(library, store(tmp_path, document((A, "we met o'connor there wor ld"))))
        library.apply(one.id, {"op": "replace", "words": [2], "text": "Okonkwo"})
        library.apply(one.id, {"op": "merge", "words": [4, 5]})
        again(library, tmp_path, document((A, "we met okonkwo there world"), begin=1.06))
        assert texts(library, one) == ["we", "met", "Okonkwo", "there", "world"]
        assert conflicts(library, one) == []


@pytest.mark.parametrize(
    ("operation", "later", "text", "conflict"),
    [
        (
            {"op": "replace", "words": [1], "text": "late"},
            "one four three",
            "one late three",
            "'two' was replaced, and 'four' is recognised there now",
        ),
        (
            {"op": "delete", "words": [1]},
            "one four three",
            "one four three",
            "'two' was deleted, and 'four' is recognised there now",
        ),
        (
            {"op": "insert", "after": 1, "text": "and"},
            "one four three",
            "one four and three",
            "beside 'two', which is not there now",
        ),
    ],
)
def test_a_conflict_is_shown(tmp_path, operation, later, text, conflict):
    with Library.open(tmp_path) as library:
        one = added(library, store(tmp_path, document((A, "one two three"))))
        library.apply(one.id, operation)
        again(library, tmp_path, document((A, later)))
        assert " ".join(texts(library, one)) == text
        (shown,) = conflicts(library, one)
        assert conflict in shown
        number = library.edits(one.id)[0].number
        library.apply(one.id, {"op": "accept", "edit": number})
        assert conflicts(library, one) == []
        library.undo(one.id)
        assert conflicts(library, one) == [shown]


def test_a_word_that_is_not_there_any_more_comes_back_corrected(tmp_path):
    with Library.open(tmp_path) as library:
        value = document((A, "one two three"), (B, "four"))
        one = added(library, store(tmp_path, value))
        library.apply(one.id, {"op": "replace", "words": [2], "text": "tree"})
        del value["segments"][0]["words"][2]
        again(library, tmp_path, value)
        assert texts(library, one) == ["one", "two", "tree", "four"]
        tree = library.words(one.id)[2]
        assert (tree.start_ms, tree.end_ms) == (1700, 2000)
        assert "nothing is recognised there now" in conflicts(library, one)[0]


def test_two_names_of_who_is_one_speaker_now(tmp_path):
    lines = [(A, "one two three"), (B, "four five six")]
    with Library.open(tmp_path) as library:
        one = added(library, store(tmp_path, document(*lines)))
        library.apply(one.id, {"op": "rename_speaker", "speaker": A, "name": "Anna"})
        library.apply(one.id, {"op": "rename_speaker", "speaker": B, "name": "Ben"})
        again(library, tmp_path, other_clustering(document(*lines), {B: A}))
        assert {who for who, _ in said(library, one)} == {"Anna"}
        assert "one speaker with Anna now" in conflicts(library, one)[0]


def test_many_edits_of_every_kind_through_three_transcripts(tmp_path):
    """Whatever happens, a rebuild from the last transcript and the journal gives the same."""
    draw = random.Random(5)
    lines = random_lines(5, 40)
    with Library.open(tmp_path) as library:
        one = added(library, store(tmp_path, document(*lines)))
        for round_ in range(3):
            for k in range(12):
                words = [w.id for w in library.words(one.id)]
                i = draw.randrange(len(words) - 3)
                library.apply(
                    one.id,
                    draw.choice(
                        [
                            {"op": "replace", "words": words[i : i + 2], "text": f"r{k}"},
                            {"op": "insert", "after": words[i], "text": f"i{k} x"},
                            {"op": "delete", "words": [words[i]]},
                            {"op": "reassign", "turn": words[i], "speaker": f"{k}", "new": True},
                            {"op": "note", "word": words[i], "text": "see"},
                        ]
                    ),
                )
                if draw.random() < 0.2:
                    library.undo(one.id)
            changed = [
                (
                    who,
                    " ".join(
                        draw.choice(VOCABULARY) if draw.random() < 0.1 else w for w in text.split()
                    ),
                )
                for who, text in lines
            ]
            again(library, tmp_path, document(*changed, begin=1 + 0.03 * round_))
        before = said(library, one), conflicts(library, one), library.notes(one.id)
    rebuild(tmp_path / ".vsat" / "library.sqlite")
    with Library.open(tmp_path) as library:
        assert (said(library, one), conflicts(library, one), library.notes(one.id)) == before


def test_a_recording_of_another_name_is_known_by_its_content(tmp_path):
    value = document((A, "one two three"))
    with Library.open(tmp_path) as library:
        one = added(library, store(tmp_path, value, "first"), digest="same")
        library.apply(one.id, {"op": "replace", "words": [1], "text": "too"})
        other = store(tmp_path, document((A, "one two three four")), "second")
        from vsat_core.library.filling import Arrival

        library.add(Arrival(other, one.digest, 0, "2026-05-01T12:00:00Z", "file"))
        assert [r.file for r in library.recordings()] == ["second.json"]
        assert texts(library, library.recording("second")) == ["one", "too", "three", "four"]
        sync(library)  # first.json is of the same recording, and older
        assert len(library.recordings()) == 1


def test_other_content_under_the_same_name_gets_none_of_the_edits(tmp_path):
    with Library.open(tmp_path) as library:
        one = added(library, store(tmp_path, document((A, "one two"))), digest="x")
        library.apply(one.id, {"op": "replace", "words": [1], "text": "too"})
        two = added(library, store(tmp_path, document((A, "one two"), begin=3.0)), digest="y")
        assert two.id != one.id and texts(library, two) == ["one", "two"]
        assert [edit.state for edit in library.edits(one.id)] == ["waiting"]
        file = store(tmp_path, document((A, "one two")), "back")
        from vsat_core.library.filling import Arrival

        library.add(Arrival(file, one.digest))
        assert texts(library, library.recording("back")) == ["one", "too"]


def test_corrected_transcript_keeps_paragraphs_and_cuts_them(tmp_path):
    value = document((A, "one two three four"), (B, "five six"), (A, "seven"))
    file = store(tmp_path, value)
    plain = corrected_transcript(file)
    with Library.open(tmp_path) as library:
        one = added(library, file)
        assert corrected_transcript(file) == plain
        library.apply(one.id, {"op": "reassign", "words": [1, 2], "speaker": B})
        library.apply(one.id, {"op": "insert", "after": 5, "text": "more"})
        library.apply(one.id, {"op": "delete", "words": [6]})
    found = corrected_transcript(file)
    assert [(s.speaker, s.text) for s in found.segments] == [
        (A, "one"),
        (B, "two three"),
        (A, "four"),
        (B, "five six more"),
    ]
    assert [(t.start, t.end, t.speaker) for t in found.turns] == [
        (1.0, 1.35, A),
        (1.35, 2.0, B),
        (2.0, 2.35, A),
        (2.9, 3.55, B),
        (4.1, 4.4, A),
    ]
    assert found.segments[1].words[0].confidence == plain.segments[0].words[1].confidence


def test_corrected_transcript_without_usable_tables(tmp_path):
    file = store(tmp_path, document((A, "one two")))
    with Library.open(tmp_path) as library:
        one = added(library, file)
        library.apply(one.id, {"op": "replace", "words": [1], "text": "too"})
        path = library.path
    path.write_bytes(b"damaged" * 1000)
    assert [w.word for w in corrected_transcript(file).all_words()] == ["one", "too"]
    assert path.read_bytes().startswith(b"damaged")  # it only reads
    path.unlink()
    assert [w.word for w in corrected_transcript(file).all_words()] == ["one", "too"]
    store(tmp_path, document((A, "zero"), (A, "one two")))  # a library that has not seen it yet
    now = [w.word for w in corrected_transcript(file).all_words()]
    assert now.count("too") == 1
