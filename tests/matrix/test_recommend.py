"""The front and the choice, against brute force."""

import numpy as np
import pytest

from vsat_core.errors import InputError
from vsat_core.matrix.composing.compose import Composed
from vsat_core.matrix.composing.recommend import Constraints, front_with_errors, pareto, recommend


def made(n: int, chains: int, seed: int) -> tuple[Composed, list[dict[str, float]]]:
    """Random combinations and the rates of their chains."""
    rng = np.random.default_rng(seed)
    rates = [
        {"DER": float(x), "WER": float(y), "cpWER": float(y) + 0.01}
        for x, y in rng.random((chains, 2)).round(2)
    ]
    composed = Composed(
        np.arange(n, dtype=np.uint64),
        rng.integers(1, 30, n) / 10,
        np.zeros(n),
        rng.integers(10, 40, n).astype(np.int32) * 20,
        rng.integers(0, chains, n).astype(np.int32),
        tuple((f"t{i}",) for i in range(chains)),
        n,
    )
    return composed, rates


@pytest.mark.parametrize("seed", range(5))
def test_front_is_what_nothing_beats(seed):
    composed, _ = made(200, 1, seed)
    found = set(pareto(composed.seconds, composed.peak).tolist())
    points = list(zip(composed.seconds.tolist(), composed.peak.tolist(), strict=True))
    front = {p for p in points if not any(q != p and q[0] <= p[0] and q[1] <= p[1] for q in points)}
    assert {points[i] for i in found} == front
    assert len(found) == len(front)  # of equal ones one is enough


@pytest.mark.parametrize("seed", range(5))
def test_front_of_three_holds_one_of_every_point_nothing_beats(seed):
    composed, rates = made(300, 6, seed)
    errors = np.array([r["cpWER"] for r in rates])
    found = front_with_errors(composed, errors)
    points = np.c_[
        np.round(np.log(composed.seconds) / np.log(1.01)),
        composed.peak // 10,
        errors[composed.chain],
    ]
    front = {tuple(p) for p in points if not any((q <= p).all() and (q < p).any() for q in points)}
    assert {tuple(points[i]) for i in found} == front
    assert np.all(np.diff(composed.seconds[found]) >= 0)


def test_a_long_start_counts_by_the_audio_a_process_works_on():
    """Ten seconds faster an hour, four seconds more to start: worth it from half an hour on."""
    rates = [{"WER": 0.1}]
    composed = Composed(
        np.arange(2, dtype=np.uint64),
        np.array([60.0, 50.0]),
        np.array([1.0, 5.0]),
        np.array([100, 100], np.int32),
        np.zeros(2, np.int32),
        (("t0",),),
        2,
    )
    for minutes, chosen in ((15, 0), (60, 1)):
        constraints = Constraints(process_audio=minutes)
        assert recommend(composed, rates, rates[0], constraints, 3600.0)[0] == chosen


def test_choice_keeps_to_every_limit():
    composed, rates = made(500, 8, 3)
    constraints = Constraints(max_memory_mb=500, max_wer=0.6, realtime=0.2)
    best = recommend(composed, rates, rates[0], constraints, 10.0)[0]
    assert composed.peak[best] <= 500 and composed.seconds[best] / 10 <= 0.2
    assert rates[composed.chain[best]]["WER"] <= 0.6


def test_without_limits_it_is_as_right_as_the_anchor():
    composed, rates = made(500, 8, 4)
    best = recommend(composed, rates, rates[2], Constraints(loss=0.05), 10.0)[0]
    assert all(rates[composed.chain[best]][n] <= rates[2][n] + 0.05 for n in rates[2])


@pytest.mark.parametrize(
    ("constraints", "said"),
    [
        (Constraints(max_wer=1e-9), "the best has"),
        (Constraints(max_memory_mb=1), "--max-memory"),
        (Constraints(realtime=1e-9), "--realtime"),
    ],
)
def test_a_limit_nothing_keeps_to_is_named(constraints, said):
    composed, rates = made(50, 3, 5)
    rates = [{n: v + 0.01 for n, v in r.items()} for r in rates]
    with pytest.raises(InputError, match=said):
        recommend(composed, rates, {n: 1.0 for n in rates[0]}, constraints, 10.0)
