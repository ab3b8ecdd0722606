"""What could take a place without a difference that measuring can tell is named."""

from types import SimpleNamespace

import pytest

from tests._support.made_up import one_of_each, option
from vsat_core.matrix.composing.compose import Composer, encode
from vsat_core.matrix.composing.ties import ties
from vsat_core.matrix.exploring.costs import StageCost
from vsat_core.matrix.exploring.recording_graph import Edge, Node


@pytest.fixture
def composer():
    return one_of_each()


def first(composer: Composer) -> int:
    return encode(composer.selection, {s: o[0] for s, o in composer.selection.options.items()})


@pytest.mark.parametrize(
    ("rival", "gives", "same"),
    [
        (StageCost(1.0, 1, 0, 0, 0), "of embed", True),
        (StageCost(1.1, 1, 0, 0, 0), "of embed", True),
        (StageCost(0.9, 11, 0, 0, 0), "of embed", True),
        (StageCost(1.2, 1, 0, 0, 0), "of embed", False),
        (StageCost(1.0, 12, 0, 0, 0), "of embed", False),
        (StageCost(1.0, 1, 0, 40, 0), "of embed", False),
        (StageCost(1.0, 1, 0, 0, 0), "others", False),
    ],
)
def test_ties_are_named_by_stage(composer, rival, gives, same):
    """A second variant of `embed`: 1 % of thirteen seconds and 10 MB are the limits, and what it
    gives must lead to the same transcript.
    """
    composer.selection.options["embed"] += (option("embed", "m.numba", "embed"),)
    composer.costs["rival"] = rival
    (recording,) = composer.recordings
    recording.nodes["others"] = Node("embed", 0, 1, 1)
    for edges in recording.edges["embed"].values():
        edges["m.numba"] = Edge(gives, "rival")
    subset = SimpleNamespace(composer=composer, best=first(composer))
    assert ties(subset) == ({"embed": ["m.numba"]} if same else {})
