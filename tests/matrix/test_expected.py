"""What is promised of a recommended combination, on made-up whole runs."""
from types import SimpleNamespace

import pytest

from vsat_core.matrix.validate import Whole
from vsat_core.matrix.wholes import expected


def promised(*calls: float) -> dict:
    """Of 2 s composed, where the only whole run was 10 % off, with these calls."""
    whole = Whole("random 1", "a.wav", 1.1, 1.0, 100, 100, True, (calls,))
    proof = SimpleNamespace(wholes=[whole], duels={})
    return expected(SimpleNamespace(proof=proof), SimpleNamespace(name="all"), 2.0)


def test_as_far_off_as_whole_runs_were() -> None:
    found = promised(1.0, 1.01, 1.0)
    assert (found["low"], found["high"]) == pytest.approx((2 / 1.1, 2.2))
    assert found["why"] == "the one whole run here was within 10 % of what was composed"


def test_no_surer_than_calls_repeat() -> None:
    """Composing may have been lucky where the machine swings by half."""
    found = promised(1.0, 1.5)
    assert (found["low"], found["high"]) == pytest.approx((2 / 1.5, 3.0))
    assert found["why"].endswith("but calls of one and the same differed by up to 50 % (nine of ten)")
