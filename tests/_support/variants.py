"""Variants as a profile selects them, made and called."""

from __future__ import annotations

import functools
from typing import Any

import attrs
import pytest

from vsat_core.config.registry import load
from vsat_core.contract.cards import Agreement, Card
from vsat_core.contract.tuning import NoParams
from vsat_core.contract.workspace import Workspace

REGISTRY = functools.cache(load)


def names(stage: str, *methods: str) -> list[str]:
    """The variants of these methods, all without any."""
    variants = REGISTRY().variants[stage].values()
    return [v.name for v in variants if not methods or v.card.method in methods]


def fast(stage: str, *methods: str) -> list[str]:
    """Those that are no baseline."""
    return [name for name in names(stage, *methods) if not name.endswith(".baseline")]


def ready(stage: str, name: str, tuning: dict[str, Any] | None = None, **params: Any) -> Any:
    """A variant, prepared, on one thread unless told otherwise; skips where something is not
    installed.
    """
    variant = REGISTRY().find(stage, name)
    assert variant is not None
    if missing := variant.missing():
        pytest.skip(missing[0])
    known = {field.name for field in attrs.fields(variant.card.tuning)}
    settings = {k: v for k, v in {"threads": 1, **(tuning or {})}.items() if k in known}
    made = variant.make(variant.card.params(**params), variant.card.tuning(**settings))
    made.prepare()
    return made


def called(stage: Any, *inputs: Any) -> Any:
    """One call in a workspace of its own."""
    with Workspace() as run:
        return stage(*inputs, run=run)


def card(stage: str, name: str) -> Card:
    return REGISTRY().variants[stage][name].card


def made(stage: str, name: str, params: dict[str, Any] | None = None, **tuning: Any) -> Any:
    """The same with params and tuning the other way round."""
    return ready(stage, name, tuning, **(params or {}))


def tuned(stage: str, method: str) -> list[str]:
    """The techniques with threads."""
    return [n for n in names(stage, method) if card(stage, n).tuning is not NoParams]


def agreement(stage: str, method: str) -> Agreement | None:
    """How the techniques must agree with the baseline."""
    return card(stage, f"{method}.baseline").agreement
