"""Which techniques share a class."""

from types import SimpleNamespace

import attrs
import pytest

from tests._support.made_up import option
from tests._support.stages import STAGES
from vsat_core.contract.cards import EXACT, lossy
from vsat_core.matrix.exploring.equivalence import classes


@pytest.mark.parametrize(("promise", "expected"), [(EXACT, 1), (lossy(2.0), 3)])
def test_equal_words_are_chance_where_none_are_promised(promise, expected):
    names = ["m.baseline", "m.batched", "m.numba"]
    options = [attrs.evolve(option("transcribe", n, "texts"), promise=promise) for n in names]
    recording = SimpleNamespace(graph=STAGES)
    same, speed = dict.fromkeys(names, "same"), dict.fromkeys(names, 1.0)
    groups, notes = classes(options, same, speed, recording, (), None)
    assert len(groups) == expected and not notes
    assert sorted(o.name for g in groups for o in g.members) == names
