"""attribute: the rules of `overlap` one by one, and the binary search against the loops."""

import attrs
import numpy as np
import pytest
from hypothesis import given, strategies as st

from tests._support.spans import columns
from tests._support.variants import called, names, ready
from vsat_core.artifacts import TextColumn, Transcript, Turns, Words

Span = tuple[int, int]
NAMES = names("attribute", "overlap")
ALL = pytest.mark.parametrize("name", NAMES)
GAP_S = 2 / 16_000  # two samples


def words(spans: list[Span]) -> Words:
    start, end = columns(spans, 2)
    texts = TextColumn.of([f"w{i}" for i in range(len(start))])
    return Words(texts, start, end, np.zeros(len(start), np.int32))


def turns(rows: list[tuple[int, int, int]]) -> Turns:
    start, end, speaker = columns(sorted(rows), 3)
    return Turns(start, end, speaker.astype(np.int32))


def attributed(name: str, spoken: Words, rows: Turns, max_gap_s: float = 1.0) -> Transcript:
    return called(ready("attribute", name, max_gap_s=max_gap_s), spoken, rows)


def speakers(name: str, spans: list[Span], rows: list[tuple[int, int, int]]) -> list[int]:
    return attributed(name, words(spans), turns(rows), GAP_S).speaker.tolist()


@ALL
@pytest.mark.parametrize(
    ("spans", "rows", "expected"),
    [
        ([], [], []),
        ([], [(0, 5, 0)], []),
        ([(0, 5), (7, 8)], [], [-1, -1]),
        ([(0, 10)], [(0, 4, 0), (4, 20, 1)], [1]),  # most of it
        ([(0, 10)], [(0, 3, 0), (3, 7, 1), (7, 10, 0)], [0]),  # together the most
        ([(4, 8)], [(0, 10, 0), (2, 12, 1)], [1]),  # equal: the one who began last
        ([(4, 8)], [(0, 10, 1), (0, 10, 0)], [0]),  # began together: the lower number
        ([(6, 8)], [(0, 5, 1), (20, 25, 0)], [1]),  # in no turn, one near
        ([(6, 8)], [(0, 5, 1), (9, 12, 0)], [1]),  # equally near: the one before
        ([(0, 4), (9, 10)], [(0, 5, 1), (20, 25, 0)], [1, 1]),  # none near: as the word before
        (
            [(9, 10), (18, 22)],
            [(0, 5, 1), (18, 25, 0)],
            [0, 0],
        ),  # nothing before: as the word after
        ([(9, 10)], [(0, 5, 1), (18, 25, 0)], [1]),  # no word has one: the nearest turn after all
        ([(4, 4)], [(0, 8, 1), (5, 9, 0)], [1]),  # a word without length counts as one sample
    ],
)
def test_rules(name, spans, rows, expected):
    assert speakers(name, spans, rows) == expected


SPANS = st.lists(st.tuples(st.integers(0, 30), st.integers(0, 6)), max_size=12)
ROWS = st.lists(st.tuples(st.integers(0, 30), st.integers(1, 8), st.integers(0, 2)), max_size=8)


def agree(spans: list[Span], rows: list[tuple[int, int, int]]) -> bool:
    """Whether all techniques give the baseline's speakers; spans and rows begin with start and
    length.
    """
    spans = [(a, a + n) for a, n in spans]
    rows = [(a, a + n, k) for a, n, k in rows]
    expected, *found = (speakers(name, spans, rows) for name in NAMES)
    return found == [expected] * len(found)


@given(SPANS, ROWS)
def test_techniques_are_exact(spans, rows):
    """Words come in any order here: recognisers' times need not rise."""
    assert agree(spans, rows)


@pytest.mark.parametrize("seed", range(4))
def test_techniques_are_exact_at_the_end_of_ten_hours(seed):
    """Samples beyond 2**29, their sums far beyond 2**32; turns that overlap, also of one
    speaker.
    """
    rng = np.random.default_rng(seed)
    end = 576_000_000
    begin = np.sort(rng.integers(end - 2_000_000, end, 300))
    rows = np.column_stack([begin, rng.integers(1, 60_000, 300), rng.integers(0, 7, 300)])
    start = np.sort(rng.integers(end - 2_100_000, end, 400))
    assert agree(np.column_stack([start, rng.integers(0, 9_000, 400)]).tolist(), rows.tolist())


@ALL
def test_unclear_stretches_get_the_speaker_of_most_of_their_time(name):
    bounds = np.array([(0, 10), (12, 30), (90, 95)], np.int64)
    texts = TextColumn.of(["x", "", "y"])
    unclear = attrs.evolve(
        words([(0, 4)]),
        unclear_start=bounds[:, 0],
        unclear_end=bounds[:, 1],
        unclear_text=texts,
        unclear_reason=texts,
    )
    transcript = attributed(name, unclear, turns([(0, 20, 0), (18, 40, 1)]))
    assert transcript.unclear_speaker.tolist() == [0, 1, -1]
    assert transcript.unclear_start.tolist() == [0, 12, 90]
    assert list(transcript.unclear_reason) == ["x", "", "y"]
