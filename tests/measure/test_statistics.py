"""Summaries and comparisons of timings."""

import numpy as np
import pytest

from vsat_core.measure.statistics import compare, summarise, warnings_for


def test_summary_of_known_values():
    """Median, MAD and minimum by hand; the interval encloses the median."""
    s = summarise([[3.0, 1.0, 2.0, 4.0, 100.0]])
    assert (s.n, s.median, s.mad, s.minimum, s.outliers) == (5, 3.0, 1.0, 1.0, 1)
    assert s.low <= s.median <= s.high


def test_interval_covers_the_true_median():
    """Of 200 samples of 25 normal values, the 95 % interval holds the true median in 90 to 99 % of
    cases.
    """
    rng = np.random.default_rng(3)
    hits = sum(
        s.low <= 10 <= s.high for s in (summarise([rng.normal(10, 1, 25)]) for _ in range(200))
    )
    assert 180 <= hits <= 198


def test_interval_knows_that_processes_differ():
    """Where each process has a level of its own, more calls do not narrow the interval; it still
    covers the truth.
    """
    rng = np.random.default_rng(4)
    summaries = [
        summarise(rng.normal(10, 1, (12, 1)) + rng.normal(0, 0.01, (12, 20))) for _ in range(200)
    ]
    assert 170 <= sum(s.low <= 10 <= s.high for s in summaries) <= 200
    assert np.median([s.high - s.low for s in summaries]) > 0.5


def test_one_value_is_a_summary_and_none_is_an_error():
    assert summarise([[2.0]]).low == summarise([[2.0]]).high == 2.0
    for nothing in ([], [[]]):
        with pytest.raises(ValueError, match="at least one"):
            summarise(nothing)


def test_the_same_times_tie():
    """A file compared with itself."""
    times = [[0.1, 0.12, 0.11], [0.2, 0.1]]
    assert compare(times, times).verdict == "tie"
    assert compare(times, times).ratio == 1.0


def test_one_process_cannot_tell():
    """One pair is inconclusive however far apart, with an interval that says why; none at all is an
    error.
    """
    found = compare([[1.0, 1.0]], [[2.0, 2.0], [2.0]])
    assert (found.verdict, found.ratio, found.n, found.low, found.high) == (
        "inconclusive",
        2.0,
        1,
        0.0,
        float("inf"),
    )
    with pytest.raises(ValueError, match="process"):
        compare([[]], [[1.0]])


def test_equal_steps_are_sure():
    """Times that are exactly 5 % longer in every process."""
    times = [[0.1, 0.12, 0.11], [0.2, 0.1]]
    assert compare(times, [[1.05 * s for s in p] for p in times]).verdict == "slower"


def test_warnings_name_cause_and_remedy():
    """Each kind of doubt, and silence for good times."""
    assert warnings_for([[1.0, 1.01, 0.99, 1.0]]) == []
    assert any("busy" in w for w in warnings_for([[1.0, 1.5], [0.7, 1.3, 0.8]]))
    assert any("too short" in w for w in warnings_for([[1e-5, 1.1e-5]]))
    assert any("dropped" in w for w in warnings_for([[1.0, 1.0, 1.01]], first_s=5.0))
    assert any("outlier" in w for w in warnings_for([[1.0, 1.01, 0.99, 1.0, 1.02, 9.0]]))
