"""Attribute: the speaker of each word."""

import attrs

from vsat_core.plugin import EXACT, Card, Device, NoParams, hookimpl, param


@attrs.frozen
class OverlapParams:
    """What becomes of words outside all turns."""

    max_gap_s: float = param(
        1.0,
        "a word in no turn goes to the nearest turn if that is at most this far away, in seconds; "
        "otherwise to the speaker of the words next to it",
        low=0,
        high=60,
    )


@attrs.frozen
class SentenceParams(OverlapParams):
    """How much of a sentence may have strayed over a change of speakers."""

    max_stray_words: int = param(
        2, "longest part of a sentence that is given back to its speaker", low=0, high=10
    )
    min_share: float = param(
        0.6, "share of the sentence's words that its speaker must have", low=0.5, high=1
    )


METHODS = (
    ("overlap", OverlapParams, "each word to the speaker whose turns cover most of it"),
    (
        "sentence",
        SentenceParams,
        "as overlap, then a word or two that strayed over a change of speakers go back to their "
        "sentence",
    ),
)
TECHNIQUES = (
    ("baseline", NoParams, "plain loops"),
    ("vectorized", NoParams, "NumPy, by binary search"),
    ("numba", NoParams, "compiled sweeps"),
    ("batched", Device, "torch, all speakers and sentences together"),
)
CARDS = [
    Card(
        f"{method}.{technique}",
        f"{what}; {how}",
        params=params,
        tuning=tuning,
        agreement=EXACT if technique == "baseline" else None,
    )
    for method, params, what in METHODS
    for technique, tuning, how in TECHNIQUES
]


@hookimpl
def vsat_attribute() -> list[Card]:
    """By overlap in time, and by overlap with sentences in mind."""
    return CARDS
