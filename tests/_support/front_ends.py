"""Every variant of the stage by name, made with its own defaults."""

import importlib

from vsat_plugins.features import vsat_features

CARDS = {card.name: card for card in vsat_features()}
FAST = [name for name in CARDS if not name.endswith(".baseline")]


def made(name, **tuning):
    """The variant, prepared."""
    card = CARDS[name]
    module, _, kind = card.target.partition(":")
    stage = getattr(importlib.import_module(module), kind)(card.params(), card.tuning(**tuning))
    stage.prepare()
    return stage


def agreement(name):
    """How the variant must agree with its baseline."""
    return CARDS[f"{CARDS[name].method}.baseline"].agreement
