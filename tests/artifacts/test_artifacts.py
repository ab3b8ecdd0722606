"""Artifacts: folders there and back, digests, checks on entry, and the arithmetic of segments."""

import json
import shutil

import attrs
import numpy as np
import pytest
from hypothesis import given, strategies as st

from vsat_core.artifacts import (
    Audio,
    Embeddings,
    Environment,
    Features,
    Files,
    Source,
    Speech,
    TextColumn,
    Texts,
    Transcript,
    Turns,
    Utterances,
    Waveform,
    WordIndex,
    Words,
)
from vsat_core.artifacts.base import Artifact, array
from vsat_core.errors import InputError

ROOM = Environment("quiet", -21.5, -70.25, 48.75, 7800.0)


def ints(*values: int) -> np.ndarray:
    return np.array(values, np.int64)


def voices(*values: int) -> np.ndarray:
    return np.array(values, np.int32)


def examples() -> list:
    """One of each kind, and some empty ones."""
    text = TextColumn.of(["Grüße", "", "日本", "ok"])
    times = (ints(1, 5, 9, 12), ints(4, 8, 10, 15))
    turns = Turns(ints(1, 3), ints(8, 15), voices(0, 1))
    words = Words(text, *times, voices(0, 0, 1, 1))
    return [
        Audio(np.linspace(-1, 1, 7, dtype=np.float32), ROOM),
        Audio(np.zeros(0, np.float32)),
        Waveform(np.float32([-1, -2]), np.float32([1, 2]), ints(0, 1, 2), 64, 100),
        Speech(ints(1, 3), ints(4, 9), voices(-1, 2), 20),
        Speech(ints(), ints(), voices(), 0),
        Features(np.ones((3, 2), np.float32), ints(0), ints(0, 3), 160, 400),
        Features(np.ones((0, 80), np.float32), ints(), ints(0), 160, 400),
        Embeddings(np.ones((2, 3), np.float32), ints(0, 5), ints(5, 9), ints(0, 0)),
        turns,
        Utterances(ints(1, 5), ints(4, 8)),
        Texts.untimed(["a b", ""]),
        words,
        Transcript.of(words, turns, voices(0, 1, 1, -1)),
        WordIndex(text, TextColumn.of([]), ints(0), ints()),
        Files(("a.txt", "b.json")),
    ]


EXAMPLES = [pytest.param(a, id=f"{i}-{type(a).__name__}") for i, a in enumerate(examples())]


@pytest.mark.parametrize("artifact", EXAMPLES)
def test_comes_back_from_a_folder_equal_and_memory_mapped(artifact, tmp_path):
    artifact.save(tmp_path)
    back = type(artifact).load(tmp_path)
    assert (
        back == artifact and back.digest() == artifact.digest() and back.nbytes == artifact.nbytes
    )
    for name, value in back.arrays().items():
        assert isinstance(value.base, np.memmap), name
        assert not value.flags.writeable, name
        np.testing.assert_array_equal(value, artifact.arrays()[name])


def test_a_folder_holds_nothing_that_needs_unpickling(tmp_path):
    examples()[0].save(tmp_path)
    assert sorted(p.name for p in tmp_path.iterdir()) == ["artifact.json", "samples.npy"]
    assert json.loads((tmp_path / "artifact.json").read_text())["environment"]["kind"] == "quiet"


def test_load_refuses_another_type(tmp_path):
    Utterances(ints(1), ints(2)).save(tmp_path)
    with pytest.raises(ValueError, match="does not hold a Turns"):
        Turns.load(tmp_path)


def test_every_truncation_of_a_saved_array_is_an_error_not_a_wrong_answer(tmp_path):
    Utterances(ints(1, 5), ints(4, 8)).save(tmp_path)
    whole = (tmp_path / "start.npy").read_bytes()
    for size in range(len(whole)):
        (tmp_path / "start.npy").write_bytes(whole[:size])
        with pytest.raises((OSError, ValueError)):
            Utterances.load(tmp_path)


def test_digest_does_not_know_the_container(tmp_path):
    values = np.arange(10, dtype=np.float32)
    columns = np.arange(20, dtype=np.float32).reshape(10, 2)
    backwards = values[::-1].copy()[::-1]  # negative stride
    strided = columns[:, 0] / 2
    folder = tmp_path / "elsewhere"
    folder.mkdir()
    Audio(values).save(folder)
    same = {
        a.digest() for a in (Audio(values), Audio(backwards), Audio(strided), Audio.load(folder))
    }
    assert len(same) == 1
    fortran = Features(np.asfortranarray(columns), ints(0), ints(0, 10), 1, 1)
    assert fortran.digest() == Features(columns, ints(0), ints(0, 10), 1, 1).digest()


def test_digest_knows_type_dtype_shape_bytes_and_plain_values():
    a, b = ints(1, 5), ints(4, 8)
    different = [
        *examples(),
        Utterances(a, ints(4, 9)),
        Turns(a, b, voices(0, 1)),
        Turns(a, b, voices(0, 0)),
        Speech(a, b, voices(0, 1), 10),
        Speech(a, b, voices(0, 1), 11),
        Audio(np.zeros(4, np.float32)),
        Audio(np.zeros(4, np.float32), ROOM),
        Features(np.zeros((2, 6), np.float32), ints(0), ints(0, 2), 1, 1),
        Features(np.zeros((3, 4), np.float32), ints(0), ints(0, 2), 1, 1),
        Texts.untimed(["ab", "c"]),
        Texts.untimed(["a", "bc"]),
        Files(("x",)),
    ]
    assert len({x.digest() for x in different}) == len(different)


def test_digest_knows_the_dtype():
    """Two arrays of the same bytes differ by dtype alone."""
    floats = attrs.make_class("Same", {"x": array("float32")}, bases=(Artifact,), frozen=True)
    whole = attrs.make_class("Same", {"x": array("int32")}, bases=(Artifact,), frozen=True)
    assert floats(np.zeros(3, np.float32)).digest() != whole(np.zeros(3, np.int32)).digest()


def test_digest_reads_large_arrays_block_by_block(monkeypatch):
    sound = Audio(np.arange(1000, dtype=np.float32))
    whole = sound.digest()
    monkeypatch.setattr("vsat_core.artifacts.base.BLOCK_BYTES", 12)
    assert sound.digest() == whole


@pytest.mark.parametrize("shape", [(0, 3), (7,), (5, 3)])
def test_arrays_are_saved_block_by_block_as_numpy_does(tmp_path, monkeypatch, shape):
    @attrs.frozen
    class Numbers(Artifact):
        values: np.ndarray = array("float32", rank=len(shape))

    monkeypatch.setattr("vsat_core.artifacts.base.BLOCK_BYTES", 8)
    values = np.random.default_rng(3).standard_normal(shape).astype("float32")
    Numbers(values).save(tmp_path)
    np.save(tmp_path / "expected.npy", values)
    assert (tmp_path / "values.npy").read_bytes() == (tmp_path / "expected.npy").read_bytes()


def test_arrays_are_read_only_and_the_callers_own_array_stays_his():
    mine = np.zeros(4, np.float32)
    sound = Audio(mine)
    with pytest.raises(ValueError, match="read-only"):
        sound.samples[0] = 1
    mine[0] = 1
    assert mine.flags.writeable
    with pytest.raises(AttributeError):
        sound.samples = mine


@pytest.mark.parametrize(
    "value",
    [
        np.zeros(3),
        np.zeros(3, np.int64),
        np.zeros(3, ">f4"),
        np.zeros((3, 1), np.float32),
        np.float32(1.0),
    ],
    ids=["float64", "int64", "big-endian", "rank 2", "rank 0"],
)
def test_wrong_dtype_or_rank_is_refused(value):
    with pytest.raises(TypeError, match=r"Audio.samples: expected float32 of rank 1, got "):
        Audio(value)


@pytest.mark.parametrize(
    ("make", "says"),
    [
        (lambda: Speech(ints(5), ints(5), voices(0), 9), "0 <= start < end"),
        (lambda: Speech(ints(-1), ints(5), voices(0), 9), "0 <= start < end"),
        (lambda: Turns(ints(5, 1), ints(6, 2), voices(0, 1)), "sorted by start"),
        (lambda: Utterances(ints(1, 2), ints(3)), "differ in length"),
        (lambda: Speech(ints(1), ints(3), voices(), 9), "voice differs in length"),
        (lambda: Turns(ints(1), ints(3), voices(0, 1)), "speaker differs in length"),
    ],
)
def test_impossible_times_are_refused(make, says):
    with pytest.raises(ValueError, match=says):
        make()


@given(st.lists(st.text(max_size=4), max_size=6))
def test_text_column_is_a_list_of_strings(texts):
    column = TextColumn.of(texts)
    assert list(column) == texts and len(column) == len(texts)
    assert [column[i] for i in range(-len(texts), len(texts))] == texts + texts
    for outside in (len(texts), -len(texts) - 1):
        with pytest.raises(IndexError):
            column[outside]


def test_waveform_levels():
    pyramid = Waveform(np.float32([1, 2, 3]), np.float32([4, 5, 6]), ints(0, 2, 3), 64, 128)
    assert pyramid.n_levels == 2
    np.testing.assert_array_equal(pyramid.level(1), ([3], [6]))


def test_transcript_lines_are_runs_of_one_speaker():
    words = Words(TextColumn.of("abcd"), ints(0, 1, 2, 3), ints(1, 2, 3, 4), voices(0, 0, 0, 0))
    turns = Turns(ints(0, 1), ints(1, 4), voices(0, 1))
    transcript = Transcript.of(words, turns, voices(0, 1, 1, -1))
    assert transcript.lines() == [range(0, 1), range(1, 3), range(3, 4)]
    assert transcript.turns() == turns and len(words) == 4
    empty = Words(TextColumn.of([]), ints(), ints(), voices())
    assert Transcript.of(empty, turns, voices()).lines() == []


def test_words_have_confidence_and_language_even_where_nobody_knows_them():
    words = Words(TextColumn.of("ab"), ints(0, 1), ints(1, 2), voices(0, 0))
    assert np.isnan(words.confidence).all() and words.confidence.dtype == np.float32
    assert list(words.language) == ["", ""] and words == attrs.evolve(words)
    turns = Turns(ints(0), ints(4), voices(0))
    assert Transcript.of(words, turns, voices(0, 0)).main_language == ""


def test_a_transcript_keeps_confidence_and_language_of_its_words():
    codes = TextColumn.of(["", "de", "en", "en"])
    sure = np.float32([0.5, np.nan, 1, 0])
    times = ints(0, 1, 2, 3), ints(1, 2, 3, 4)
    words = Words(
        TextColumn.of("abcd"), *times, voices(0, 0, 0, 0), confidence=sure, language=codes
    )
    transcript = Transcript.of(words, Turns(ints(0), ints(4), voices(0)), voices(0, 0, 0, 0))
    assert transcript.main_language == "en" and transcript.language == codes
    np.testing.assert_array_equal(transcript.confidence, sure)


def test_texts_know_whether_they_are_timed():
    assert not Texts.untimed(["a b"]).timed
    assert Texts(TextColumn.of(["a b"]), ints(0, 3), ints(2, 5)).timed


def test_a_source_is_its_content(tmp_path):
    (tmp_path / "a.wav").write_bytes(b"sound")
    shutil.copy(tmp_path / "a.wav", tmp_path / "b.flac")
    (tmp_path / "c.wav").write_bytes(b"other")
    one, two, other = (Source(str(tmp_path / n)) for n in ("a.wav", "b.flac", "c.wav"))
    assert one.digest() == two.digest() != other.digest()
    assert one.name == "a" and Source(tmp_path / "a.wav", "a.wav").name == "a.wav"
    with pytest.raises(InputError, match=r"gone\.wav: cannot be read"):
        Source(tmp_path / "gone.wav").digest()
    with pytest.raises(InputError, match="cannot be read"):
        Source(tmp_path).digest()
