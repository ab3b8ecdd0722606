"""Summaries and comparisons of timings."""
from __future__ import annotations

import numpy as np
import pytest

from vsat_core.measure.statistics import compare, summarise, warnings_for


def test_summary_of_known_values():
    """Median, MAD and minimum by hand; the interval encloses the median."""
    s = summarise([3.0, 1.0, 2.0, 4.0, 100.0])
    assert (s.n, s.median, s.mad, s.minimum, s.outliers) == (5, 3.0, 1.0, 1.0, 1)
    assert s.low <= s.median <= s.high


def test_interval_covers_the_true_median():
    """Of 200 samples of 25 normal values, the 95 % interval holds the true median in 90 to 99 % of cases."""
    rng = np.random.default_rng(3)
    hits = sum(s.low <= 10 <= s.high for s in (summarise(rng.normal(10, 1, 25)) for _ in range(200)))
    assert 180 <= hits <= 198


def test_one_value_is_a_summary_and_none_is_an_error():
    """The edges."""
    assert summarise([2.0]).low == summarise([2.0]).high == 2.0
    with pytest.raises(ValueError, match="at least one"):
        summarise([])


def test_the_same_times_tie():
    """A file compared with itself."""
    times = [0.1, 0.12, 0.11]
    assert compare(times, times).verdict == "tie"
    assert compare(times, times).ratio == 1.0


def test_unpaired_times_are_refused():
    """Comparing needs pairs."""
    with pytest.raises(ValueError, match="pairs"):
        compare([1.0], [1.0, 2.0])


@pytest.mark.parametrize(("factor", "verdict"), [(1.2, "slower"), (0.8, "faster")])
def test_a_plain_difference_is_found(factor, verdict):
    """20 % in 3 % of noise."""
    rng = np.random.default_rng(5)
    base, new = rng.lognormal(0, 0.03, (2, 20))
    found = compare(base, new * factor)
    assert found.verdict == verdict
    assert found.low <= found.ratio <= found.high


def test_warnings_name_cause_and_remedy():
    """Each kind of doubt, and silence for good times."""
    assert warnings_for([1.0, 1.01, 0.99, 1.0]) == []
    assert any("busy" in w for w in warnings_for([1.0, 1.5, 0.7, 1.3, 0.8]))
    assert any("too short" in w for w in warnings_for([1e-5, 1.1e-5]))
    assert any("dropped" in w for w in warnings_for([1.0, 1.0, 1.01], first_s=5.0))
    assert any("outlier" in w for w in warnings_for([1.0, 1.01, 0.99, 1.0, 1.02, 9.0]))
