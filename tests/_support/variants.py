"""Built-in variants by name, made with their own defaults."""

from __future__ import annotations

from typing import Any

from vsat_core.config.registry import load
from vsat_core.contract.cards import Agreement
from vsat_core.plugin import NoParams

REGISTRY = load()


def card(stage: str, name: str) -> Any:
    """The card of a variant."""
    return REGISTRY.variants[stage][name].card


def made(stage: str, name: str, params: dict[str, Any] | None = None, **tuning: Any) -> Any:
    """The variant, prepared; tuning that it does not have is left out."""
    kinds = card(stage, name)
    known = {} if kinds.tuning is NoParams else tuning
    variant = REGISTRY.variants[stage][name].make(
        kinds.params(**params or {}), kinds.tuning(**known)
    )
    variant.prepare()
    return variant


def names(stage: str, method: str) -> list[str]:
    """All techniques of a method, the baseline first."""
    return [n for n in REGISTRY.variants[stage] if n.startswith(f"{method}.")]


def rivals(stage: str, method: str) -> list[str]:
    """All techniques but the baseline."""
    return [n for n in names(stage, method) if not n.endswith(".baseline")]


def tuned(stage: str, method: str) -> list[str]:
    """The techniques with threads."""
    return [n for n in names(stage, method) if card(stage, n).tuning is not NoParams]


def agreement(stage: str, method: str) -> Agreement:
    """How the techniques must agree with the baseline."""
    wanted: Agreement = card(stage, f"{method}.baseline").agreement
    return wanted
