"""The hooks: one that adds stages, one that adds rules, and one for each stage that adds variants.

A hook describes and does no work, because pluggy calls every implementation of a hook. The stages
that come with VSAT are in `plugins/__init__.py`, what each is called with in protocols.py.
"""

from collections.abc import Iterable
from types import ModuleType

import pluggy

from vsat_core.contract.cards import Card
from vsat_core.contract.rules import Rule
from vsat_core.contract.stages import StageSpec

hookspec = pluggy.HookspecMarker("vsat")
hookimpl = pluggy.HookimplMarker("vsat")


@hookspec
def vsat_stages() -> list[StageSpec]:
    """Stages to add to the graph."""


@hookspec
def vsat_rules() -> list[Rule]:
    """Questions that profiles may ask, to choose between variants."""


def variant_hooks(stages: Iterable[StageSpec]) -> ModuleType:
    """`vsat_STAGE() -> list[Card]` for each stage: the variants of it that a plugin offers."""
    hooks = ModuleType("vsat_variant_hooks")
    for stage in stages:

        def hook() -> list[Card]: ...

        hook.__name__, hook.__doc__ = f"vsat_{stage.name}", stage.summary
        setattr(hooks, hook.__name__, hookspec(hook))
    return hooks
