"""Options of a matrix that are never run."""

from __future__ import annotations

from collections.abc import Mapping

from vsat_core.config.profile import Choice
from vsat_core.config.variants import Variant
from vsat_core.matrix.planning.options import Option
from vsat_core.plugin import Card


def option(stage: str, name: str, gives: str, accepts: Mapping[str, str] | None = None) -> Option:
    """A variant of this name and kind of output."""
    card = Card(name, "made up", gives=gives, accepts=accepts or {}, target="nowhere:Nothing")
    choice = Choice(Variant(stage, card, "made up"), card.params(), card.tuning())
    return Option(choice, f"{stage} {name}")
