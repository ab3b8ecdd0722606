"""Greedy clustering: four techniques give the same turns, also where prints tie; the rule worked by
hand.
"""

from __future__ import annotations

import attrs
import numpy as np
import pytest
from test_ahc import odd_prints
from test_clustering import talk

from vsat_core.artifacts import Embeddings, Speech, Turns
from vsat_core.contract.workspace import Workspace
from vsat_core.errors import Cancelled
from vsat_core.plugin import NoParams
from vsat_plugins.cluster import Device, GreedyParams, greedy, greedy_batched, greedy_numba
from vsat_plugins.cluster.units import Units

FAST = [
    pytest.param(greedy.Vectorized, id="vectorized"),
    pytest.param(greedy_numba.Numba, id="numba"),
    pytest.param(greedy_batched.Batched, id="batched"),
]
ALL = [pytest.param(greedy.Baseline, id="baseline"), *FAST]
DEMANDS = (
    {},
    {"num_speakers": 4},
    {"min_speakers": 6},
    {"max_speakers": 3},
    {"threshold": 0.0},
    {"threshold": 1.3},
)


def made(technique: type[greedy.Greedy], **values: float) -> greedy.Greedy:
    """A technique, ready."""
    stage = technique(
        GreedyParams(**values),
        Device(threads=1) if technique is greedy_batched.Batched else NoParams(),
    )
    stage.prepare()
    return stage


def run(stage: greedy.Greedy, embeddings: Embeddings, speech: Speech) -> Turns:
    """One call."""
    with Workspace() as workspace:
        return stage(embeddings, speech, run=workspace)


def one_pass(stage: greedy.Greedy, units: Units, least: float) -> list[int]:
    """The groups before anybody asks for a number of speakers."""
    with Workspace() as workspace:
        return stage.one_pass(units, least, workspace).tolist()


@pytest.mark.parametrize("technique", FAST)
@pytest.mark.parametrize("kind", ["any", "corners", "signs", "thrice", "opposite", "silent"])
def test_techniques_agree_even_where_prints_tie(technique: type[greedy.Greedy], kind: str) -> None:
    for seed, demand in enumerate(DEMANDS):
        prints = odd_prints(kind, seed)
        assert run(made(technique, **demand), *prints) == run(
            made(greedy.Baseline, **demand), *prints
        ), demand


@pytest.mark.parametrize("least", [0.2, 0.45, 0.99])
def test_techniques_agree_over_several_blocks(least: float) -> None:
    """More prints than a block, and at the last of these levels more groups than there is room for
    at first.
    """
    who = np.random.default_rng(1).integers(0, 9, greedy.LOOK + 70).tolist()
    units = Units.of(*talk(who, spread=0.2))
    expected = one_pass(made(greedy.Baseline), units, least)
    assert least < 0.9 or max(expected) > 200
    for technique in (greedy.Vectorized, greedy_numba.Numba, greedy_batched.Batched):
        assert one_pass(made(technique), units, least) == expected, technique


@pytest.mark.parametrize("technique", ALL)
def test_a_print_is_compared_with_the_average_direction(technique: type[greedy.Greedy]) -> None:
    """By hand: prints at 0, 50 and 70 degrees, then 100; each join turns the group's direction."""

    def grouped(angles: list[float], most: float) -> list[int]:
        radians = np.radians(angles)
        vectors = np.column_stack([np.cos(radians), np.sin(radians)])
        units = attrs.evolve(Units.of(*talk([0] * len(angles))), vectors=vectors)
        return one_pass(made(technique), units, float(np.cos(np.radians(most))))

    assert grouped([0, 50, 70], 51) == [
        0,
        0,
        0,
    ]  # the average of 0 and 50 is at 25, and 70 is 45 from there
    assert grouped([0, 50, 70], 49) == [0, 1, 1]
    assert grouped([0, 50, 70, 100], 61) == [0, 0, 0, 0]  # 40.2 is the average of the first three
    assert grouped([0, 50, 70, 102], 61) == [0, 0, 0, 1]
    assert grouped([0, 80, 41], 60) == [0, 1, 1]  # 41 is nearer to 80 than to 0


@pytest.mark.parametrize("technique", ALL)
def test_a_user_may_stop_it(technique: type[greedy.Greedy]) -> None:
    with Workspace() as workspace:
        workspace.cancelled.set()
        with pytest.raises(Cancelled):
            made(technique)(*talk([0, 1] * 9), run=workspace)
