"""The edit distance against the textbook, in all its forms: whole, banded, in windows, in
strips.
"""

import numpy as np
import pytest
from hypothesis import given, settings, strategies as st

from vsat_core.scoring import edit
from vsat_core.scoring.edit import align, band, error_counts, overlapping

sequences = st.lists(st.integers(0, 2), max_size=9).map(lambda values: np.array(values, np.int64))
intervals = st.lists(
    st.tuples(st.integers(0, 12), st.integers(0, 4)).map(lambda t: (t[0] / 2, (t[0] + t[1]) / 2)),
    max_size=8,
).map(lambda rows: np.array(rows, np.float64).reshape(-1, 2))


def textbook(a, b, may_match=lambda i, j: True) -> tuple[int, int, int]:
    """(insertions, deletions, substitutions), fewest errors first, then fewest substitutions;
    tuples for costs.
    """
    table = {
        (0, j): (j, 0, j, 0) for j in range(len(b) + 1)
    }  # errors, substitutions, insertions, deletions
    for i in range(1, len(a) + 1):
        table[i, 0] = (i, 0, 0, i)
        for j in range(1, len(b) + 1):
            left, up, through = table[i, j - 1], table[i - 1, j], table[i - 1, j - 1]
            ways = [
                (left[0] + 1, left[1], left[2] + 1, left[3]),
                (up[0] + 1, up[1], up[2], up[3] + 1),
            ]
            if may_match(i - 1, j - 1):
                wrong = int(a[i - 1] != b[j - 1])
                ways.append((through[0] + wrong, through[1] + wrong, *through[2:]))
            table[i, j] = min(ways)
    return table[len(a), len(b)][2], table[len(a), len(b)][3], table[len(a), len(b)][1]


def counts_of(pairs: np.ndarray, a: np.ndarray, b: np.ndarray) -> tuple[int, int, int]:
    """The errors that an alignment makes, after checking that it uses every word once and in
    order.
    """
    for side, length in ((0, len(a)), (1, len(b))):
        assert [k for k in pairs[:, side].tolist() if k >= 0] == list(range(length))
    both = pairs[(pairs >= 0).all(axis=1)]
    return (
        int((pairs[:, 0] < 0).sum()),
        int((pairs[:, 1] < 0).sum()),
        int((a[both[:, 0]] != b[both[:, 1]]).sum()),
    )


@settings(max_examples=300)
@given(a=sequences, b=sequences)
def test_counts_and_alignment_are_those_of_the_textbook(a, b):
    assert error_counts(a, b) == textbook(a, b)
    assert counts_of(align(a, b), a, b) == textbook(a, b)


@settings(max_examples=200)
@given(a=sequences, b=sequences, spare=st.integers(0, 9))
def test_a_band_that_is_wide_enough_is_exact(a, b, spare):
    allowed = abs(len(a) - len(b)) + spare
    found = error_counts(a, b, band(len(a), len(b), allowed))
    assert sum(found) >= sum(textbook(a, b))
    assert found == textbook(a, b) or sum(found) > allowed


@settings(max_examples=300)
@given(a=sequences, b=sequences, data=st.data())
def test_time_windows_forbid_matches_and_nothing_else(a, b, data):
    reference_s, result_s = (
        np.resize(data.draw(intervals.filter(len)), (len(x), 2)) if len(x) else np.zeros((0, 2))
        for x in (a, b)
    )

    def meet(i: int, j: int) -> bool:
        return reference_s[i, 0] < result_s[j, 1] and reference_s[i, 1] > result_s[j, 0]

    windows = overlapping(reference_s, result_s)
    assert error_counts(a, b, windows) == textbook(a, b, meet)
    pairs = align(a, b, windows)
    assert counts_of(pairs, a, b) == textbook(a, b, meet)
    assert all(meet(i, j) for i, j in pairs.tolist() if i >= 0 and j >= 0)


@pytest.mark.parametrize("error_rate", [0.02, 0.3, 1.0])
def test_long_sequences_widen_the_band_and_align_in_strips(error_rate, monkeypatch):
    rng = np.random.default_rng(3)
    a = rng.integers(0, 50, 2_000)
    b = np.where(rng.random(2_000) < error_rate / 2, 99, a)
    b = np.delete(b, np.flatnonzero(rng.random(2_000) < error_rate / 3))
    whole = error_counts(a, b, band(len(a), len(b), len(a) + len(b)))
    monkeypatch.setattr(edit, "FREE_CELLS", 0)
    monkeypatch.setattr(edit, "FIRST_BAND", 4)
    monkeypatch.setattr(edit, "STRIP_CELLS", 10_000)
    assert error_counts(a, b) == whole
    assert counts_of(align(a, b), a, b) == whole


@pytest.mark.parametrize(("n", "m"), [(0, 0), (0, 5), (5, 0)])
def test_nothing_against_something(n, m):
    a, b = np.zeros(n, np.int64), np.zeros(m, np.int64)
    assert error_counts(a, b) == (m, n, 0)
    assert len(align(a, b)) == n + m
    assert error_counts(a, b, overlapping(np.zeros((n, 2)), np.zeros((m, 2)))) == (m, n, 0)
