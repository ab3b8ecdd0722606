"""Align: when each word was spoken. Every variant passes on the times of a recogniser that has
them.
"""

import attrs

from vsat_core.plugin import (
    EXACT,
    Batches,
    Card,
    Model,
    NoParams,
    Package,
    Processes,
    Threads,
    hookimpl,
    param,
)
from vsat_plugins.transcribe import ACOUSTIC, DICTIONARY


@attrs.frozen
class SpreadParams:
    """What counts as voice within an utterance, and as a pause between its words."""

    range_db: float = param(
        30.0,
        "frames further below the loud ones of the utterance hold no voice, in dB",
        low=5,
        high=90,
    )
    above_floor_db: float = param(
        6.0, "frames no further above its quiet ones hold no voice, in dB", low=0, high=30
    )
    min_pause_s: float = param(
        0.12, "gaps in the voice shorter than this are no pauses, in seconds", low=0.01, high=2
    )


SPHINX: tuple[Model | Package, ...] = (*ACOUSTIC, DICTIONARY, Package("pocketsphinx"))
METHODS = (
    (
        "spread",
        "words over the voiced part of the utterance by their length",
        (),
        (
            ("baseline", "plain loops", NoParams),
            ("vectorized", "NumPy", NoParams),
            ("numba", "compiled", Threads),
            ("batched", "torch, several utterances together", Batches),
        ),
    ),
    (
        "sphinx",
        "forced alignment by PocketSphinx (English); spreads the words it cannot place",
        SPHINX,
        (("baseline", "one process", NoParams), ("parallel", "several processes", Processes)),
    ),
)
CARDS = [
    Card(
        f"{method}.{technique}",
        f"{what}; {how}",
        params=SpreadParams,
        tuning=tuning,
        needs=needs,
        agreement=EXACT if technique == "baseline" else None,
    )
    for method, what, needs, techniques in METHODS
    for technique, how, tuning in techniques
]


@hookimpl
def vsat_align() -> list[Card]:
    """By length of the words, and by forced alignment."""
    return CARDS
