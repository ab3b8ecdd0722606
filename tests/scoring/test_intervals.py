"""Intervals and comparisons: right on average, honest about few recordings, repeatable."""

import numpy as np
import pytest
from hypothesis import given, strategies as st

from vsat_core.errors import VsatError
from vsat_core.scoring.intervals import Units, blocks, bootstrap, compare


def draw(rng: np.random.Generator, n: int, rate: float) -> Units:
    """Recordings of very different length."""
    totals = rng.integers(20, 2000, n)
    return Units(rng.binomial(totals, rate), totals)


def test_the_interval_holds_the_true_rate_about_as_often_as_it_says():
    rng = np.random.default_rng(0)
    inside = 0
    for _ in range(300):
        interval = bootstrap(draw(rng, 40, 0.2), draws=300)
        inside += interval.low <= 0.2 <= interval.high
    assert 0.88 <= inside / 300 <= 0.98


def test_the_interval_is_that_of_the_pooled_rate():
    units = Units([0, 0, 0, 90], [1, 1, 1, 100])
    interval = bootstrap(units)
    assert units.rate == pytest.approx(90 / 103)
    assert interval.low == 0
    assert interval.high == pytest.approx(270 / 301)  # the long one drawn three times of four
    assert (interval.n, interval.unit, interval.level, interval.draws) == (
        4,
        "recordings",
        0.95,
        1000,
    )


def test_the_same_units_give_the_same_interval():
    units = draw(np.random.default_rng(1), 9, 0.3)
    assert bootstrap(units) == bootstrap(units)
    assert bootstrap(units) != bootstrap(units, seed=1)


def test_one_unit_has_no_interval():
    assert bootstrap(Units([1], [10])) is None
    assert compare(Units([1], [10]), Units([9], [10])).verdict == "inconclusive"


def test_units_without_any_total_have_a_rate():
    assert Units([0, 0], [0, 0]).rate == 0
    assert Units([1, 0], [0, 0]).rate == 1
    assert bootstrap(Units([1, 1], [0, 0])).low == 1


def test_a_clear_difference_is_found_both_ways():
    rng = np.random.default_rng(2)
    good, bad = draw(rng, 20, 0.1), draw(rng, 20, 0.3)
    bad = Units(np.round(good.totals * 0.3), good.totals)
    better, worse = compare(bad, good), compare(good, bad)
    assert (better.verdict, worse.verdict) == ("better", "worse")
    assert better.difference == pytest.approx(-worse.difference)
    assert better.high < 0 < worse.low
    assert better.p == pytest.approx(worse.p)
    assert better.p < 0.01


def test_systems_that_are_alike_tie_about_as_often_as_they_should():
    rng = np.random.default_rng(3)
    ties = 0
    for _ in range(200):
        first = draw(rng, 12, 0.2)
        second = Units(rng.binomial(first.totals.astype(int), 0.2), first.totals)
        ties += compare(first, second, draws=300).verdict == "tie"
    assert ties >= 180


@pytest.mark.parametrize("n", [2, 5, 6, 12])
def test_the_same_result_twice_is_a_tie(n):
    units = draw(np.random.default_rng(4), n, 0.2)
    found = compare(units, units)
    assert (found.verdict, found.difference, found.low, found.high) == ("tie", 0, 0, 0)
    assert found.p == (1.0 if n >= 6 else None)


def test_one_recording_that_outweighs_the_rest_is_no_evidence():
    first = Units([10, 10, 10, 10, 10, 10, 500], [100] * 6 + [1000])
    second = Units([11, 11, 11, 11, 11, 11, 100], [100] * 6 + [1000])
    assert compare(first, second).verdict == "tie"


def test_an_interval_without_the_signed_rank_test_is_not_enough():
    first, second = Units([30] * 6, [100] * 6), Units([10, 11, 12, 13, 14, 31], [100] * 6)
    found = compare(first, second)
    assert found.high < 0
    assert found.p == pytest.approx(4 / 64)  # signs as likely as this, of 2**6, both ways
    assert found.verdict == "tie"
    assert (
        compare(Units([30] * 5, [100] * 5), Units([10, 11, 12, 13, 31], [100] * 5)).verdict
        == "better"
    )


def test_only_the_same_recordings_compare():
    with pytest.raises(VsatError, match="on the same recordings only"):
        compare(Units([1, 2], [3, 4]), Units([1], [3]))
    with pytest.raises(VsatError, match="blocks of 10 s"):
        compare(Units([1, 2], [3, 4]), Units([1, 2], [3, 4], "blocks of 10 s"))
    with pytest.raises(ValueError, match="do not mix"):
        Units([1], [3]) + Units([1], [3], "blocks of 10 s")


@given(st.lists(st.tuples(st.floats(0, 100), st.integers(0, 5), st.integers(0, 5)), min_size=1))
def test_blocks_keep_every_error(rows):
    position, errors, totals = (np.array(column) for column in zip(*rows, strict=True))
    units = blocks(position, errors, totals, 10, "blocks of 10 s")
    assert (units.errors.sum(), units.totals.sum()) == (errors.sum(), totals.sum())
    assert len(units) == position.max() // 10 + 1
