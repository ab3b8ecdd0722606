"""Everything a plugin's light module needs: `from vsat_core.plugin import Card, hookimpl, ...`."""

from vsat_core.contract.cards import (
    EXACT,
    Agreement,
    Card,
    Formats,
    NoParams,
    Run,
    SpeakerCount,
    Threads,
    close,
    lossy,
    param,
)
from vsat_core.contract.hookspecs import hookimpl
from vsat_core.contract.models import Model, Package

__all__ = [
    "EXACT",
    "Agreement",
    "Card",
    "Formats",
    "Model",
    "NoParams",
    "Package",
    "Run",
    "SpeakerCount",
    "Threads",
    "close",
    "hookimpl",
    "lossy",
    "param",
]
