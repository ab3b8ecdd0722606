"""Whether composed and measured fronts agree, on made-up whole runs."""

from types import SimpleNamespace

import numpy as np
import pytest

from vsat_core.matrix.validation.report import full_front
from vsat_core.matrix.validation.validate import Whole


def full(n: int, composed: tuple[float, int], processes: tuple[float, float], mb: int) -> Whole:
    return Whole(
        f"full {n}: v{n}",
        "a.wav",
        composed[0],
        sum(processes) / 2,
        composed[1],
        mb,
        True,
        tuple((s,) for s in processes),
    )


def compared(*wholes: Whole) -> dict:
    part = SimpleNamespace(composed=SimpleNamespace(chain=np.zeros(len(wholes), int)), best=None)
    return full_front(SimpleNamespace(proof=SimpleNamespace(wholes=list(wholes)), parts=[part]))


def test_fronts_that_agree() -> None:
    """One is fastest, one smallest, and one is neither."""
    found = compared(
        full(1, (1.0, 400), (1.0, 1.01), 410),
        full(2, (2.0, 200), (2.1, 2.0), 205),
        full(3, (3.0, 500), (3.0, 3.0), 500),
    )
    assert (
        found["both"] == ["full 1: v1", "full 2: v2"] and not found["ties"] and not found["apart"]
    )
    assert found["near"] == pytest.approx(0.05)


def test_a_tie_and_what_is_apart() -> None:
    """Composing puts the first ahead; measured the second is by 2 %, a tie, or by half, which is
    none.
    """
    for seconds, kind in ((1.02, "ties"), (1.5, "apart")):
        found = compared(
            full(1, (1.0, 400), (seconds, seconds), 400), full(2, (1.1, 400), (1.0, 1.0), 400)
        )
        assert found[kind] == ["full 1: v1", "full 2: v2"] and not found["both"]


def test_a_burst_of_load_in_one_process_is_no_difference() -> None:
    """The faster process counts, and the median of what two of the same differ by tells the
    noise.
    """
    found = compared(
        full(1, (1.0, 400), (1.0, 2.0), 400),
        full(2, (1.1, 400), (1.2, 1.2), 400),
        full(3, (1.3, 420), (1.3, 1.3), 420),
    )
    assert found["both"] == ["full 1: v1"] and not found["apart"]
    noisy = compared(full(1, (1.0, 400), (1.2, 1.4), 400), full(2, (1.1, 400), (1.1, 1.3), 400))
    assert noisy["near"] > 0.3 and noisy["ties"] == ["full 1: v1", "full 2: v2"]


def test_two_megabytes_are_nothing_to_be_slower_for() -> None:
    """The second is measured smaller by less than two processes agree, and slower by half: it ties
    with the first.
    """
    found = compared(full(1, (1.0, 400), (1.0, 1.0), 402), full(2, (1.5, 400), (1.5, 1.5), 400))
    assert found["both"] == ["full 1: v1"] and found["ties"] == ["full 2: v2"]
    found = compared(full(1, (1.0, 400), (1.0, 1.0), 500), full(2, (1.5, 400), (1.5, 1.5), 400))
    assert found["apart"] == ["full 2: v2"]
