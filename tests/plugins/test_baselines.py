"""A baseline is the specification: nothing behind it is compiled."""

import pytest

from vsat_core.config.code_digest import _closure
from vsat_core.config.registry import load

BASELINES = [
    variant
    for variants in load().variants.values()
    for variant in variants.values()
    if variant.card.technique == "baseline"
]


@pytest.mark.parametrize("variant", BASELINES, ids=lambda v: f"{v.stage} {v.name}")
def test_no_source_behind_a_baseline_compiles(variant):
    sources = _closure(variant.card.target.partition(":")[0])
    users = [p.name for p, s in sources.items() if any(i.startswith("numba") for i in s.imports)]
    assert users == []
