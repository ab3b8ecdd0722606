"""Built-in variants by name, made with their own defaults."""

from vsat_core.config.registry import load
from vsat_core.plugin import NoParams

REGISTRY = load()


def card(stage, name):
    """The card of a variant."""
    return REGISTRY.variants[stage][name].card


def made(stage, name, params=None, **tuning):
    """The variant, prepared; tuning that it does not have is left out."""
    kinds = card(stage, name)
    known = {} if kinds.tuning is NoParams else tuning
    variant = REGISTRY.variants[stage][name]
    stage = variant.make(kinds.params(**params or {}), kinds.tuning(**known))
    stage.prepare()
    return stage


def names(stage, method):
    """All techniques of a method, the baseline first."""
    return [n for n in REGISTRY.variants[stage] if n.startswith(f"{method}.")]


def rivals(stage, method):
    """All techniques but the baseline."""
    return [n for n in names(stage, method) if not n.endswith(".baseline")]


def tuned(stage, method):
    """The techniques with threads."""
    return [n for n in names(stage, method) if card(stage, n).tuning is not NoParams]


def agreement(stage, method):
    """How the techniques must agree with the baseline."""
    return card(stage, f"{method}.baseline").agreement
