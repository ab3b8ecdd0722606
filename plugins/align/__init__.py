"""Align: when each word was said. Every variant passes on the times of a recogniser that knows
them.
"""

from __future__ import annotations

import attrs

from vsat_core.plugin import EXACT, Card, Package, Threads, hookimpl, param
from vsat_plugins.transcribe import ACOUSTIC, DICTIONARY


@attrs.frozen
class Spread:
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


@attrs.frozen
class Batches:
    """Where torch computes, and how much at a time."""

    device: str = param("cpu", "processor or graphics card", choices=("cpu", "cuda"))
    batch: int = param(8, "utterances computed together", low=1, high=256)


@attrs.frozen
class Processes:
    """How many processes share the work."""

    processes: int = param(
        0, "0 takes one for each core, and no more than are worth starting", low=0, high=64
    )


@hookimpl
def vsat_align() -> list[Card]:
    """By length of the words, and by forced alignment."""
    return [
        Card(
            name="spread.baseline",
            target="vsat_plugins.align.spread_baseline:Baseline",
            summary="words over the voiced part of the utterance by their length; plain loops",
            params=Spread,
            agreement=EXACT,
        ),
        Card(
            name="spread.vectorized",
            target="vsat_plugins.align.spread:Vectorized",
            summary="words over the voiced part of the utterance by their length; NumPy",
            params=Spread,
        ),
        Card(
            name="spread.numba",
            target="vsat_plugins.align.spread_numba:Numba",
            summary="words over the voiced part of the utterance by their length; compiled",
            params=Spread,
            tuning=Threads,
        ),
        Card(
            name="spread.batched",
            target="vsat_plugins.align.spread_batched:Batched",
            summary="words over the voiced part of the utterance by their length; torch, several "
            "utterances together",
            params=Spread,
            tuning=Batches,
        ),
        Card(
            name="sphinx.baseline",
            target="vsat_plugins.align.sphinx:Baseline",
            summary="forced alignment by PocketSphinx (English); spreads the words it cannot place",
            params=Spread,
            needs=(*ACOUSTIC, DICTIONARY, Package("pocketsphinx")),
            agreement=EXACT,
        ),
        Card(
            name="sphinx.parallel",
            target="vsat_plugins.align.sphinx_parallel:Parallel",
            summary="the same in several processes; as placed by one",
            params=Spread,
            tuning=Processes,
            needs=(*ACOUSTIC, DICTIONARY, Package("pocketsphinx")),
        ),
    ]
