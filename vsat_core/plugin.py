"""Everything a plugin's light module needs: `from vsat_core.plugin import Card, hookimpl, ...`."""

from vsat_core.contract.cards import EXACT, Agreement, Card, close, lossy
from vsat_core.contract.hookspecs import hookimpl
from vsat_core.contract.models import Model, Package, UserWeights
from vsat_core.contract.params import param
from vsat_core.contract.protocols import (
    Align,
    Attribute,
    Cluster,
    Cut,
    Decode,
    Detect,
    Draw,
    Embed,
    Enhance,
    ExtractFeatures,
    Index,
    Run,
    Stage,
    Transcribe,
    Write,
)
from vsat_core.contract.rules import Rule
from vsat_core.contract.settings import ChannelChoice, Formats, SpeakerCount
from vsat_core.contract.stages import StageSpec
from vsat_core.contract.tuning import (
    Batches,
    Device,
    NoParams,
    Processes,
    Threads,
    ThreadsOrDevice,
)

__all__ = [
    "EXACT",
    "Agreement",
    "Align",
    "Attribute",
    "Batches",
    "Card",
    "ChannelChoice",
    "Cluster",
    "Cut",
    "Decode",
    "Detect",
    "Device",
    "Draw",
    "Embed",
    "Enhance",
    "ExtractFeatures",
    "Formats",
    "Index",
    "Model",
    "NoParams",
    "Package",
    "Processes",
    "Rule",
    "Run",
    "SpeakerCount",
    "Stage",
    "StageSpec",
    "Threads",
    "ThreadsOrDevice",
    "Transcribe",
    "UserWeights",
    "Write",
    "close",
    "hookimpl",
    "lossy",
    "param",
]
