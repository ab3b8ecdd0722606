"""Greedy clustering: several blocks of embeddings, and the rule worked by hand."""

import attrs
import numpy as np
import pytest

from tests._support.speaker_scenes import scene_of
from tests._support.variants import names, ready
from vsat_core.contract.workspace import Workspace
from vsat_plugins.cluster import greedy
from vsat_plugins.cluster.units import Units

ALL = names("cluster", "greedy")


def one_pass(name: str, units: Units, least: float) -> list[int]:
    """The groups before a number of speakers is asked for."""
    with Workspace() as workspace:
        labels = ready("cluster", name).one_pass(units, least, workspace)
    return [int(label) for label in labels]


@pytest.mark.parametrize("least", [0.2, 0.45, 0.99])
def test_techniques_agree_over_several_blocks(least):
    """More embeddings than a block, and at the last of these levels more groups than there is room
    for at first.
    """
    speakers = np.random.default_rng(1).integers(0, 9, greedy.LOOK + 70).tolist()
    units = Units.of(*scene_of(speakers, spread=0.2))
    expected, *found = (one_pass(name, units, least) for name in ALL)
    assert least < 0.9 or max(expected) > 200
    assert found == [expected] * len(found)


@pytest.mark.parametrize("name", ALL)
@pytest.mark.parametrize(
    ("angles", "most", "expected"),
    [
        ([0, 50, 70], 51, [0, 0, 0]),  # the average of 0 and 50 is at 25, and 70 is 45 from there
        ([0, 50, 70], 49, [0, 1, 1]),
        ([0, 50, 70, 100], 61, [0, 0, 0, 0]),  # 40.2 is the average of the first three
        ([0, 50, 70, 102], 61, [0, 0, 0, 1]),
        ([0, 80, 41], 60, [0, 1, 1]),  # 41 is nearer to 80 than to 0
    ],
)
def test_an_embedding_is_compared_with_the_average_direction(name, angles, most, expected):
    radians = np.radians(angles)
    vectors = np.column_stack([np.cos(radians), np.sin(radians)])
    units = attrs.evolve(Units.of(*scene_of([0] * len(angles))), vectors=vectors)
    assert one_pass(name, units, float(np.cos(np.radians(most)))) == expected
