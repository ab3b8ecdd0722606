"""Whether composed and measured fronts agree, on made-up end-to-end runs."""

from types import SimpleNamespace

import numpy as np
import pytest

from vsat_core.matrix.validation.report import full_front
from vsat_core.matrix.validation.runs import EndToEndRun

Run = tuple[float, int, tuple[float, float], int]  # composed s, MB; measured s of two processes, MB


def front(*rows: Run) -> dict:
    runs = [
        EndToEndRun(
            f"full {n}: v", "a.wav", s, sum(took) / 2, mb, peak, True, tuple((t,) for t in took)
        )
        for n, (s, mb, took, peak) in enumerate(rows, 1)
    ]
    subset = SimpleNamespace(composed=SimpleNamespace(chain=np.zeros(len(runs), int)), best=None)
    validation = SimpleNamespace(runs=runs)
    return full_front(SimpleNamespace(validation=validation, subsets=[subset]))


def numbers(found: dict, kind: str) -> list[int]:
    return [int(name.split()[1][:-1]) for name in found[kind]]


@pytest.mark.parametrize(
    ("rows", "both", "ties", "apart"),
    [
        # one is fastest, one smallest, and one is neither
        (
            [
                (1.0, 400, (1.0, 1.01), 410),
                (2.0, 200, (2.1, 2.0), 205),
                (3.0, 500, (3.0, 3.0), 500),
            ],
            [1, 2],
            [],
            [],
        ),
        # composed the first is ahead; measured the second is by 2 %, a tie, or by half
        ([(1.0, 400, (1.02, 1.02), 400), (1.1, 400, (1.0, 1.0), 400)], [], [1, 2], []),
        ([(1.0, 400, (1.5, 1.5), 400), (1.1, 400, (1.0, 1.0), 400)], [], [], [1, 2]),
        # the faster process counts, and the median difference of two of the same is the noise
        (
            [
                (1.0, 400, (1.0, 2.0), 400),
                (1.1, 400, (1.2, 1.2), 400),
                (1.3, 420, (1.3, 1.3), 420),
            ],
            [1],
            [],
            [],
        ),
        ([(1.0, 400, (1.2, 1.4), 400), (1.1, 400, (1.1, 1.3), 400)], [], [1, 2], []),
        # the second is measured smaller by less than two processes agree, or by more
        ([(1.0, 400, (1.0, 1.0), 402), (1.5, 400, (1.5, 1.5), 400)], [1], [2], []),
        ([(1.0, 400, (1.0, 1.0), 500), (1.5, 400, (1.5, 1.5), 400)], [1], [], [2]),
    ],
)
def test_fronts(rows, both, ties, apart):
    found = front(*rows)
    assert [numbers(found, kind) for kind in ("both", "ties", "apart")] == [both, ties, apart]


def test_the_noise_is_what_two_processes_differ_by():
    assert front((1.0, 400, (1.0, 1.01), 410))["near"] == pytest.approx(0.05)
    assert front((1.0, 400, (1.2, 1.4), 400), (1.1, 400, (1.1, 1.3), 400))["near"] > 0.3
