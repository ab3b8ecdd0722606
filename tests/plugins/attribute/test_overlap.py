"""attribute: the rules of `overlap` one by one, and the binary search against the loops."""
from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings, strategies as st

from vsat_core.artifacts import TextColumn, Turns, Words
from vsat_core.plugin import NoParams
from vsat_core.workspace import Workspace
from vsat_plugins.attribute import Overlap
from vsat_plugins.attribute.overlap import Vectorized
from vsat_plugins.attribute.overlap_baseline import Baseline

Span = tuple[int, int]
BOTH = pytest.mark.parametrize("stage", [Baseline, Vectorized])
GAP_S = 2 / 16_000  # two samples


def words(spans: list[Span]) -> Words:
    rows = np.array(spans, np.int64).reshape(-1, 2)
    texts = TextColumn.of([f"w{i}" for i in range(len(rows))])
    return Words(texts, rows[:, 0], rows[:, 1], np.zeros(len(rows), np.int32))


def turns(rows: list[tuple[int, int, int]]) -> Turns:
    table = np.array(sorted(rows), np.int64).reshape(-1, 3)
    return Turns(table[:, 0], table[:, 1], table[:, 2].astype(np.int32))


def speakers(stage: type, said: list[Span], who: list[tuple[int, int, int]]) -> list[int]:
    with Workspace() as run:
        return stage(Overlap(max_gap_s=GAP_S), NoParams())(words(said), turns(who), run=run).speaker.tolist()


@BOTH
@pytest.mark.parametrize(
    ("said", "who", "expected"),
    [
        ([], [], []),
        ([], [(0, 5, 0)], []),
        ([(0, 5), (7, 8)], [], [-1, -1]),
        ([(0, 10)], [(0, 4, 0), (4, 20, 1)], [1]),  # most of it
        ([(0, 10)], [(0, 3, 0), (3, 7, 1), (7, 10, 0)], [0]),  # together the most
        ([(4, 8)], [(0, 10, 0), (2, 12, 1)], [1]),  # as much: who began last
        ([(4, 8)], [(0, 10, 1), (0, 10, 0)], [0]),  # began together: the lower number
        ([(6, 8)], [(0, 5, 1), (20, 25, 0)], [1]),  # in no turn, one near
        ([(6, 8)], [(0, 5, 1), (9, 12, 0)], [1]),  # equally near: the one before
        ([(0, 4), (9, 10)], [(0, 5, 1), (20, 25, 0)], [1, 1]),  # none near: as the word before
        ([(9, 10), (18, 22)], [(0, 5, 1), (18, 25, 0)], [0, 0]),  # nothing before: as the word after
        ([(9, 10)], [(0, 5, 1), (18, 25, 0)], [1]),  # no word has one: the nearest turn after all
        ([(4, 4)], [(0, 8, 1), (5, 9, 0)], [1]),  # a word without length counts as one sample
    ],
)
def test_rules(stage: type, said: list[Span], who: list[tuple[int, int, int]], expected: list[int]) -> None:
    assert speakers(stage, said, who) == expected


SPANS = st.lists(st.tuples(st.integers(0, 30), st.integers(0, 6)), max_size=12)


@given(said=SPANS, who=st.lists(st.tuples(st.integers(0, 30), st.integers(1, 8), st.integers(0, 2)), max_size=8))
@settings(deadline=None, max_examples=300)
def test_vectorized_is_exact(said: list[Span], who: list[tuple[int, int, int]]) -> None:
    spans = sorted((a, a + n) for a, n in said)
    rows = [(a, a + n, k) for a, n, k in who]
    assert speakers(Vectorized, spans, rows) == speakers(Baseline, spans, rows)


@BOTH
def test_words_and_turns_are_kept(stage: type) -> None:
    said, who = words([(0, 3), (4, 9)]), turns([(0, 4, 0), (4, 9, 1)])
    with Workspace() as run:
        transcript = stage(Overlap(), NoParams())(said, who, run=run)
    assert transcript.turns() == who
    assert list(transcript.text) == ["w0", "w1"]
    assert (transcript.start.tolist(), transcript.end.tolist()) == ([0, 4], [3, 9])
