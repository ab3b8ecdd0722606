"""The main method of every stage is there in every technique."""

import pytest

from tests._support.stages import STAGES
from tests._support.variants import names
from vsat_plugins import MAIN_METHODS, TECHNIQUES

CELLS = [(s, f"{method}.{t}") for s, method in MAIN_METHODS.items() for t in TECHNIQUES]


def test_every_stage_has_a_main_method():
    assert list(MAIN_METHODS) == list(STAGES)


@pytest.mark.parametrize(("stage", "name"), CELLS)
def test_the_main_method_has_the_technique(stage, name):
    assert name in names(stage)
