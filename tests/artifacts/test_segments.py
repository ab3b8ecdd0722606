"""The arithmetic of segments against brute force: unions, parts of one voice, turns, frames inside
a span.
"""

import numpy as np
from hypothesis import given, settings, strategies as st

from vsat_core.artifacts import Features, Turns
from vsat_core.artifacts.speech import exclusive_of, union_of


def ints(*values: int) -> np.ndarray:
    return np.array(values, np.int64)


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
    lambda rows: st.tuples(
        st.just(rows), st.lists(st.integers(-1, 3), min_size=len(rows), max_size=len(rows))
    )
)


@given(LABELLED, st.integers(0, 3), st.randoms(use_true_random=False))
def test_turns_join_each_speaker_and_keep_overlap(case, join, random):
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
        [
            (a, b)
            for a, b, s in zip(turns.start, turns.end, turns.speaker, strict=True)
            if s == label
        ]
        for label in range(turns.n_speakers)
    ]
    assert sorted(found) == sorted(expected)
    first_seen = list(dict.fromkeys(turns.speaker.tolist()))
    assert first_seen == list(range(turns.n_speakers))


def test_turns_of_nothing():
    empty = Turns.of(ints(), ints(), ints())
    assert (len(empty.start), empty.n_speakers, empty.speaker.dtype) == (0, 0, np.int32)


@settings(max_examples=200)
@given(
    st.lists(st.tuples(st.integers(0, 3), st.integers(1, 9)), min_size=1, max_size=4),
    st.integers(1, 4),
    st.integers(1, 5),
    st.data(),
)
def test_feature_rows_are_the_windows_inside_the_sound(spans, hop, window, data):
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
    expected = [
        r for r, o in zip(rows, owners, strict=True) if o == k and r >= begin and r + window <= end
    ]
    assert features.rows(begin, end)[:, 0].tolist() == expected


def test_feature_rows_never_come_from_another_span():
    features = Features(np.float32([[1], [2], [3]]), ints(10, 20), ints(0, 2, 3), 1, 1)
    assert len(features.rows(3, 8)) == 0
    assert features.rows(11, 30).tolist() == [[2]]
    assert len(features.rows(15, 30)) == 0
