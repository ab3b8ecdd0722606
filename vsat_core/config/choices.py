"""The variant that a profile names for a stage, with its params and tuning, and what a rule may
take instead.
"""

from __future__ import annotations

import attrs

from vsat_core.config.blocks import Block, Rival
from vsat_core.config.registry import Registry
from vsat_core.config.variants import Variant
from vsat_core.contract.params import build
from vsat_core.contract.rules import Rule
from vsat_core.errors import nearest


@attrs.frozen
class Choice:
    """What a profile says of one stage."""

    variant: Variant
    params: attrs.AttrsInstance
    tuning: attrs.AttrsInstance
    otherwise: tuple[Alternative, ...] = ()


@attrs.frozen
class Alternative:
    """What to take instead where a rule says so."""

    rule: Rule
    choice: Choice


def chosen_by(block: Block, registry: Registry, stage: str) -> tuple[Choice | None, list[str]]:
    """What a block says of a stage, else the stage's default, else None; and what is wrong."""
    path = f"stages.{stage}"
    choice, problems = _choice(block, registry, stage, path)
    if choice is None:
        return None, problems
    alternatives = []
    for i, rival in enumerate(block.otherwise or ()):
        found, wrong = _alternative(rival, choice, registry, f"{path}.otherwise[{i}]")
        problems += wrong
        alternatives += [found] if found else []
    return attrs.evolve(choice, otherwise=tuple(alternatives)), problems


def _choice(
    block: Block, registry: Registry, stage: str, path: str
) -> tuple[Choice | None, list[str]]:
    use = block.use or registry.graph[stage].default
    if not use:
        return None, []
    variant = registry.find(stage, use) if isinstance(use, str) else None
    if variant is None:
        return None, [f"{path}.use: {registry.unknown(stage, str(use))}"]
    params, wrong = build(variant.card.params, block.params, path)
    tuning, slow = build(variant.card.tuning, block.tuning, f"{path}.tuning")
    return Choice(variant, params, tuning), wrong + slow


def _alternative(
    rival: Rival, instead_of: Choice, registry: Registry, path: str
) -> tuple[Alternative | None, list[str]]:
    """One alternative, which must take and give what the stage's variant does."""
    stage = instead_of.variant.stage
    choice, problems = _choice(rival.block, registry, stage, path)
    rule = registry.rules.get(str(rival.when))
    if rule is None:
        known = nearest(str(rival.when), registry.rules) or (
            f"; there are {', '.join(sorted(registry.rules)) or 'none'}"
        )
        problems.append(f"{path}.when: there is no rule {rival.when!r}{known}")
        return None, problems
    before = registry.graph.needed_for([stage])
    problems += [
        f"{path}.when: {rule.name} looks at {taken}, which does not come before {stage}"
        for taken in rule.takes
        if taken not in before
    ]
    if choice is None:
        return None, problems
    card, first = choice.variant.card, instead_of.variant.card
    if (card.takes, card.gives) != (first.takes, first.gives):
        problems.append(f"{path}.use: {card.name} does not take and give what {first.name} does")
    return Alternative(rule, choice), problems
