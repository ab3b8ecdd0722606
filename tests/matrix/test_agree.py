"""Which techniques share a class."""

from types import SimpleNamespace

import pytest

from vsat_core.contract.cards import EXACT, Agreement, lossy
from vsat_core.matrix.exploring.equivalence import classes


def made(stage: str, technique: str, promise: Agreement) -> SimpleNamespace:
    card = SimpleNamespace(technique=technique)
    return SimpleNamespace(
        stage=stage,
        name=f"m.{technique}",
        promise=promise,
        choice=SimpleNamespace(variant=SimpleNamespace(card=card)),
    )


@pytest.mark.parametrize(("promise", "expected"), [(EXACT, 1), (lossy(2.0), 3)])
def test_equal_words_are_chance_where_none_are_promised(promise: Agreement, expected: int) -> None:
    options = [made("transcribe", t, promise) for t in ("baseline", "batched", "numba")]
    groups, notes = classes(
        options, {o.name: "same" for o in options}, {o.name: 1.0 for o in options}, None, (), None
    )
    assert len(groups) == expected and not notes
    assert sorted(o.name for g in groups for o in g.members) == [
        "m.baseline",
        "m.batched",
        "m.numba",
    ]
