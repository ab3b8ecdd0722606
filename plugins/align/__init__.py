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
    Rule,
    Threads,
    ThreadsOrDevice,
    hookimpl,
    lossy,
    param,
)
from vsat_plugins._whisper import MODEL_HELP, NEEDS
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


@attrs.frozen
class WhisperParams(SpreadParams):
    """Which model places the words."""

    model: str = param("base", MODEL_HELP)


SPHINX: tuple[Model | Package, ...] = (*ACOUSTIC, DICTIONARY, Package("pocketsphinx"))
METHODS = (
    (
        "spread",
        "words over the voiced part of the utterance by their length",
        SpreadParams,
        (),
        EXACT,
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
        SpreadParams,
        SPHINX,
        EXACT,
        (("baseline", "one process", NoParams), ("parallel", "several processes", Processes)),
    ),
    (
        "whisper",
        "forced alignment by Whisper (99 languages), snapped to pauses",
        WhisperParams,
        NEEDS,
        lossy(2.0),
        (
            ("baseline", "one utterance at a time in a window of 30 s", ThreadsOrDevice),
            ("batched", "windows as long as utterances, several together", ThreadsOrDevice),
        ),
    ),
)
CARDS = [
    Card(
        f"{method}.{technique}",
        f"{what}; {how}",
        params=params,
        tuning=tuning,
        needs=needs,
        agreement=agreement if technique == "baseline" else None,
    )
    for method, what, params, needs, agreement, techniques in METHODS
    for technique, how, tuning in techniques
]

RULES = [
    Rule(
        "words-not-english",
        "most words are in another language than English, and have no times yet",
        takes=("transcribe",),
        target="vsat_plugins.align.other_language:not_english",
    )
]


@hookimpl
def vsat_rules() -> list[Rule]:
    """When an English aligner will not do."""
    return RULES


@hookimpl
def vsat_align() -> list[Card]:
    """By length of the words, and by forced alignment."""
    return CARDS
