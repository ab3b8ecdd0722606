"""The profile `low-memory` differs from the default only where that saves memory."""

import attrs
import pytest

from tests._support.stages import STAGES
from vsat_core import DEFAULT_PROFILE
from vsat_core.config.profile import read, resolve
from vsat_core.config.registry import load


@pytest.fixture(scope="module")
def chosen():
    registry = load()
    return [resolve(read(name), registry, ()).stages for name in ("low-memory", DEFAULT_PROFILE)]


def test_the_methods_are_those_of_the_default(chosen):
    low, usual = chosen
    assert [low[s].variant.card.method for s in STAGES] == [
        usual[s].variant.card.method for s in STAGES
    ]


def test_networks_compute_with_one_thread(chosen):
    low, _ = chosen
    for stage in ("detect", "embed", "transcribe"):
        assert low[stage].tuning.threads == 1, stage


def test_params_are_those_of_the_default_but_for_the_batch(chosen):
    low, usual = chosen
    assert low["transcribe"].params == attrs.evolve(usual["transcribe"].params, batch_size=1)
    for stage in STAGES:
        if stage != "transcribe":
            assert attrs.asdict(low[stage].params) == attrs.asdict(usual[stage].params), stage


@pytest.mark.models
def test_it_can_run_where_the_models_are():
    assert resolve(read("low-memory"), load()).name == "low-memory"
