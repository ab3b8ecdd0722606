"""Everything a plugin's light module needs: `from vsat_core.plugin import Card, hookimpl, ...`."""

from vsat_core.hookspecs import hookimpl
from vsat_core.models import Model, Package
from vsat_core.variants import (
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
