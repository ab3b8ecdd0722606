"""Artifacts: folders there and back, digests, checks on entry, and the arithmetic of segments."""
from __future__ import annotations

import json
import shutil
from pathlib import Path

import attrs
import numpy as np
import pytest
from hypothesis import given, settings, strategies as st

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
from vsat_core.artifacts.speech import exclusive_of, union_of
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
def test_comes_back_from_a_folder_equal_and_memory_mapped(artifact, tmp_path: Path):
    artifact.save(tmp_path)
    back = type(artifact).load(tmp_path)
    assert back == artifact and back.digest() == artifact.digest() and back.nbytes == artifact.nbytes
    for name, value in back.arrays().items():
        assert isinstance(value.base, np.memmap), name
        assert not value.flags.writeable, name
        np.testing.assert_array_equal(value, artifact.arrays()[name])


def test_a_folder_holds_nothing_that_needs_unpickling(tmp_path: Path):
    examples()[0].save(tmp_path)
    assert sorted(p.name for p in tmp_path.iterdir()) == ["artifact.json", "samples.npy"]
    assert json.loads((tmp_path / "artifact.json").read_text())["environment"]["kind"] == "quiet"


def test_load_refuses_another_type(tmp_path: Path):
    Utterances(ints(1), ints(2)).save(tmp_path)
    with pytest.raises(ValueError, match="does not hold a Turns"):
        Turns.load(tmp_path)


def test_every_truncation_of_a_saved_array_is_an_error_not_a_wrong_answer(tmp_path: Path):
    Utterances(ints(1, 5), ints(4, 8)).save(tmp_path)
    whole = (tmp_path / "start.npy").read_bytes()
    for size in range(len(whole)):
        (tmp_path / "start.npy").write_bytes(whole[:size])
        with pytest.raises((OSError, ValueError)):
            Utterances.load(tmp_path)


def test_digest_does_not_know_the_container(tmp_path: Path):
    values = np.arange(10, dtype=np.float32)
    columns = np.arange(20, dtype=np.float32).reshape(10, 2)
    backwards = values[::-1].copy()[::-1]  # negative stride
    strided = columns[:, 0] / 2
    folder = tmp_path / "elsewhere"
    folder.mkdir()
    Audio(values).save(folder)
    same = {a.digest() for a in (Audio(values), Audio(backwards), Audio(strided), Audio.load(folder))}
    assert len(same) == 1
    fortran = Features(np.asfortranarray(columns), ints(0), ints(0, 10), 1, 1)
    assert fortran.digest() == Features(columns, ints(0), ints(0, 10), 1, 1).digest()


def test_digest_knows_type_dtype_shape_bytes_and_plain_values():
    a, b = ints(1, 5), ints(4, 8)
    different = [
        Utterances(a, b), Utterances(a, ints(4, 9)), Turns(a, b, voices(0, 1)), Turns(a, b, voices(0, 0)),
        Speech(a, b, voices(0, 1), 10), Speech(a, b, voices(0, 1), 11),
        Audio(np.zeros(4, np.float32)), Audio(np.zeros(5, np.float32)), Audio(np.zeros(4, np.float32), ROOM),
        Features(np.zeros((2, 6), np.float32), ints(0), ints(0, 2), 1, 1),
        Features(np.zeros((3, 4), np.float32), ints(0), ints(0, 2), 1, 1),
        Texts.untimed(["ab", "c"]), Texts.untimed(["a", "bc"]), Files(("x",)), Files(("y",)),
    ]
    assert len({x.digest() for x in different}) == len(different)


def test_digest_knows_the_dtype():
    """Two arrays of the same bytes differ by dtype alone."""
    floats = attrs.make_class("Same", {"x": array("float32")}, bases=(Artifact,), frozen=True)
    whole = attrs.make_class("Same", {"x": array("int32")}, bases=(Artifact,), frozen=True)
    assert floats(np.zeros(3, np.float32)).digest() != whole(np.zeros(3, np.int32)).digest()


def test_digest_reads_large_arrays_block_by_block(monkeypatch: pytest.MonkeyPatch):
    sound = Audio(np.arange(1000, dtype=np.float32))
    whole = sound.digest()
    monkeypatch.setattr("vsat_core.artifacts.base.BLOCK_BYTES", 12)
    assert sound.digest() == whole


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
    "value", [np.zeros(3), np.zeros(3, np.int64), np.zeros(3, ">f4"), np.zeros((3, 1), np.float32), np.float32(1.0)],
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
def test_impossible_times_are_refused(make, says: str):
    with pytest.raises(ValueError, match=says):
        make()


@given(st.lists(st.text(max_size=4), max_size=6))
def test_text_column_is_a_list_of_strings(texts: list[str]):
    column = TextColumn.of(texts)
    assert list(column) == texts and len(column) == len(texts)
    assert [column[i] for i in range(-len(texts), len(texts))] == texts + texts
    for outside in (len(texts), -len(texts) - 1):
        with pytest.raises(IndexError):
            column[outside]


# Small times, so that segments touch, coincide, nest and overlap all the time.
SEGMENTS = st.lists(st.tuples(st.integers(0, 12), st.integers(1, 6)), max_size=7).map(
    lambda rows: sorted((a, a + n) for a, n in rows)
)


def columns(rows: list[tuple[int, ...]], width: int = 2) -> list[np.ndarray]:
    return list(np.array(rows, np.int64).reshape(-1, width).T)


def open_at(rows: list[tuple[int, int]], t: int) -> list[int]:
    return [i for i, (a, b) in enumerate(rows) if a <= t < b]


def runs(labels: list) -> list[tuple[int, int, object]]:
    """Maximal runs of one label, None left out."""
    found: list = []
    for t, label in enumerate(labels):
        if label is None:
            continue
        if found and found[-1][1] == t and found[-1][2] == label:
            found[-1] = (found[-1][0], t + 1, label)
        else:
            found.append((t, t + 1, label))
    return found


@given(SEGMENTS)
def test_union_is_where_any_segment_is_open(rows):
    start, end = union_of(*columns(rows))
    expected = runs([True if open_at(rows, t) else None for t in range(20)])
    assert list(zip(start.tolist(), end.tolist(), strict=True)) == [r[:2] for r in expected]
    assert start.dtype == end.dtype == np.int64


@given(SEGMENTS)
def test_exclusive_is_where_exactly_one_segment_is_open(rows):
    start, end, which = exclusive_of(*columns(rows))
    alone = [owners[0] if len(owners := open_at(rows, t)) == 1 else None for t in range(20)]
    assert list(zip(start.tolist(), end.tolist(), which.tolist(), strict=True)) == runs(alone)


@given(SEGMENTS.flatmap(lambda rows: st.tuples(st.just(rows), st.permutations(range(len(rows))))))
def test_union_and_exclusive_do_not_need_sorted_segments(case):
    rows, order = case
    mixed = [rows[i] for i in order]
    for a, b in zip(union_of(*columns(mixed)), union_of(*columns(rows)), strict=True):
        np.testing.assert_array_equal(a, b)
    start, end, which = exclusive_of(*columns(mixed))
    spans = [mixed[i] for i in which]
    expected = exclusive_of(*columns(rows))
    assert [rows[i] for i in expected[2]] == spans
    np.testing.assert_array_equal((start, end), expected[:2])


LABELLED = SEGMENTS.flatmap(
    lambda rows: st.tuples(st.just(rows), st.lists(st.integers(-1, 3), min_size=len(rows), max_size=len(rows)))
)


@given(LABELLED, st.integers(0, 3), st.randoms(use_true_random=False))
def test_turns_join_each_speaker_and_keep_overlap(case, join: int, random):
    rows, who = case
    order = list(range(len(rows)))
    random.shuffle(order)
    start, end = columns([rows[i] for i in order])
    turns = Turns.of(start, end, np.array([who[i] for i in order], int), join)
    expected = []
    for label in set(who):
        mine = [r for r, w in zip(rows, who, strict=True) if w == label]
        talking = [bool(open_at(mine, t)) for t in range(20)]
        pieces = [r[:2] for r in runs([x or None for x in talking])]
        merged = pieces[:1]
        for a, b in pieces[1:]:
            if a - merged[-1][1] <= join:
                merged[-1] = (merged[-1][0], b)
            else:
                merged.append((a, b))
        expected.append(merged)
    found = [
        [(a, b) for a, b, s in zip(turns.start, turns.end, turns.speaker, strict=True) if s == label]
        for label in range(turns.n_speakers)
    ]
    assert sorted(found) == sorted(expected)
    first_seen = list(dict.fromkeys(turns.speaker.tolist()))
    assert first_seen == list(range(turns.n_speakers))


@given(LABELLED, st.permutations(range(10)))
def test_turns_do_not_depend_on_how_speakers_were_called(case, names):
    rows, who = case
    start, end = columns(rows)
    plain = Turns.of(start, end, np.array(who, int))
    renamed = Turns.of(start, end, np.array([names[w] for w in who], int))
    assert plain == renamed


def test_turns_of_nothing():
    empty = Turns.of(ints(), ints(), ints())
    assert (len(empty.start), empty.n_speakers, empty.speaker.dtype) == (0, 0, np.int32)


@settings(max_examples=200)
@given(
    st.lists(st.tuples(st.integers(0, 3), st.integers(1, 9)), min_size=1, max_size=4),
    st.integers(1, 4), st.integers(1, 5), st.data(),
)
def test_feature_rows_are_the_windows_inside_the_sound(spans, hop: int, window: int, data):
    """Spans in order, gaps between them; rows by brute force over every window of the span."""
    starts, rows, owners, t = [], [], [], 0
    for k, (gap, length) in enumerate(spans):
        t += gap + 1
        begins = range(t, t + length - window + 1, hop)
        starts.append(t)
        rows += list(begins)
        owners += [k] * len(begins)
        t += length
    counts = np.bincount(np.array(owners, int), minlength=len(spans))
    offsets = np.concatenate([[0], np.cumsum(counts)])
    features = Features(np.float32(rows).reshape(-1, 1), np.array(starts), offsets, hop, window)
    k = data.draw(st.integers(0, len(spans) - 1))
    begin = data.draw(st.integers(starts[k], starts[k] + spans[k][1] - 1))
    end = data.draw(st.integers(begin + 1, starts[k] + spans[k][1]))
    expected = [r for r, o in zip(rows, owners, strict=True) if o == k and r >= begin and r + window <= end]
    assert features.rows(begin, end)[:, 0].tolist() == expected


def test_feature_rows_before_the_first_span_are_none():
    features = Features(np.ones((2, 1), np.float32), ints(10), ints(0, 2), 1, 1)
    assert len(features.rows(3, 8)) == 0


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


def test_texts_know_whether_they_are_timed():
    assert not Texts.untimed(["a b"]).timed
    assert Texts(TextColumn.of(["a b"]), ints(0, 3), ints(2, 5)).timed


def test_a_source_is_its_content(tmp_path: Path):
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
