"""Keys of profiles that have a new name: the old one is an error that says so."""

import attrs
import pytest

from tests._support.variants import REGISTRY
from vsat_core.contract.params import build

CLASSES = {
    cls
    for variants in REGISTRY().variants.values()
    for variant in variants.values()
    for cls in (variant.card.params, variant.card.tuning)
}
RENAMED = sorted(
    (
        (cls, field.metadata["was"], field.name)
        for cls in CLASSES
        for field in attrs.fields(cls)
        if field.metadata.get("was")
    ),
    key=lambda row: (row[0].__name__, row[1]),
)


@pytest.mark.parametrize(("cls", "old", "new"), RENAMED)
def test_an_old_key_is_an_error_that_names_the_new_one(cls, old, new):
    made, problems = build(cls, {old: getattr(cls(), new)}, "stages.x")
    assert problems == [f"stages.x.{old}: is now called {new}; rename it"]
    assert made == cls()


def test_there_are_renamed_keys():
    """Those of `cluster`, by which the rest is known to be found."""
    assert {"apart", "strangers", "loop", "most_prints"} <= {old for _, old, _ in RENAMED}
