"""Average ranks over recordings, and which of them differ."""

import math

import numpy as np
import pytest

from vsat_core.matrix.composing.critical_difference import critical_difference, groups, ranking
from vsat_core.matrix.output.ranks import MOST, ranks_of

# Demšar (2006), table 5a: critical values of Nemenyi's test at 0.05, for 2 to 10 candidates.
Q = (1.960, 2.343, 2.569, 2.728, 2.850, 2.949, 3.031, 3.102, 3.164)


@pytest.mark.parametrize(("k", "q"), list(enumerate(Q, 2)))
def test_the_critical_difference_is_the_published_one(k, q):
    assert critical_difference(k, 5) == pytest.approx(q * math.sqrt(k * (k + 1) / 30), abs=2e-3)


def test_three_always_in_the_same_order():
    """Friedman's statistic is n (k - 1) = 10 here; chi-squared with 2 degrees: p = exp(-5)."""
    found = ranking(np.array([[0.3, 0.2, 0.4, 0.3, 0.3], [0.1] * 5, [0.2, 0.15, 0.2, 0.2, 0.25]]))
    assert found.ranks.tolist() == [3, 1, 2]
    assert found.p == pytest.approx(math.exp(-5))
    assert found.critical == pytest.approx(1.482, abs=1e-3)
    assert found.groups == ((0, 1), (1, 2))


def test_equal_errors_share_their_ranks_and_chance_joins_all():
    found = ranking(np.array([[0.1, 0.2, 0.1, 0.1, 0.3], [0.1, 0.1, 0.2, 0.1, 0.2], [0.2] * 5]))
    assert found.ranks.tolist() == [1.9, 1.6, 2.5]
    assert found.p > 0.05 and found.groups == ((0, 2),)


@pytest.mark.parametrize(
    ("ranks", "found"),
    [
        ([1.0, 1.5, 2.2, 3.0, 5.0], ((0, 2), (2, 3))),
        ([1.0, 3.0, 5.0], ()),
        ([5.0, 1.0, 1.0], ((0, 1),)),
        ([1.0, 2.3, 3.6], ()),  # a difference of the critical one is one
    ],
)
def test_groups_are_the_longest_runs_closer_than_the_critical_difference(ranks, found):
    assert groups(np.array(ranks), 1.3) == found


@pytest.mark.parametrize("errors", [np.ones((3, 5)), np.array([[0.1, 0.2], [0.2, 0.1]])])
def test_two_or_equal_candidates_cannot_be_ranked(errors):
    with pytest.raises(ValueError, match="three candidates"):
        ranking(errors)


class Known:
    """Scores known beforehand, by chain."""

    def __init__(self, errors):
        self.errors = errors

    def by_recording(self, chain):
        return {"cpWER": list(self.errors[chain[0]])}


def row(chain: str, seconds: float, *marks: str) -> dict:
    return {"chain": (chain,), "seconds": seconds, "marks": list(marks), "cpWER": 1.0}


def test_chains_with_equal_errors_are_one_entry_by_the_fastest_row():
    errors = {"a": [0.1] * 5, "b": [0.2] * 5, "c": [0.3] * 5, "d": [0.2] * 5}
    rows = [row("b", 1), row("b", 2, "anchor"), row("d", 3), row("c", 4, "front"), row("a", 5)]
    found = ranks_of(Known(errors), rows, 5)
    assert [(e["row"], e["rank"], e["others"]) for e in found["entries"]] == [
        (4, 1.0, 0),
        (0, 2.0, 1),
        (3, 3.0, 0),
    ]
    assert found["entries"][0]["errors"] == [10.0] * 5
    assert (found["rate"], found["recordings"], found["of"]) == ("cpWER", 5, 3)


def test_named_chains_come_first_then_the_front_then_the_fastest():
    errors = {f"{i}": [i / 100] * 5 for i in range(14)}
    rows = [row(f"{i}", i) for i in range(14)]
    rows[13]["marks"], rows[12]["marks"] = ["baseline"], ["front"]
    found = ranks_of(Known(errors), rows, 5)
    assert [e["row"] for e in found["entries"]] == [*range(MOST - 2), 12, 13]
    assert found["of"] == 14


def test_fewer_than_five_recordings_or_three_chains_are_not_ranked():
    errors = {"a": [0.1] * 5, "b": [0.2] * 5, "c": [0.3] * 5}
    rows = [row(chain, 1) for chain in errors]
    assert ranks_of(Known(errors), rows, 4) == {}
    assert ranks_of(Known(errors), rows[:2], 5) == {}
    assert ranks_of(Known(errors), rows, 5) != {}
