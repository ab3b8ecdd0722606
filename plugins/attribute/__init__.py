"""Attribute: who said each word."""

from __future__ import annotations

import attrs

from vsat_core.plugin import EXACT, Card, hookimpl, param


@attrs.frozen
class Overlap:
    """What becomes of words outside all turns."""

    max_gap_s: float = param(
        1.0,
        "a word in no turn goes to the nearest turn this far away at most, in seconds; further, to "
        "the speaker of "
        "the words beside it",
        low=0,
        high=60,
    )


@attrs.frozen
class Sentence(Overlap):
    """How much of a sentence may have strayed over a change of speakers."""

    max_stray_words: int = param(
        2, "longest part of a sentence that is given back to its speaker", low=0, high=10
    )
    min_share: float = param(
        0.6, "share of the sentence's words that its speaker must have", low=0.5, high=1
    )


@attrs.frozen
class Device:
    """Where torch computes."""

    device: str = param("cpu", "processor or graphics card", choices=("cpu", "cuda"))


CARDS = (
    Card(
        name="overlap.baseline",
        target="vsat_plugins.attribute.overlap_baseline:Baseline",
        summary="each word to the speaker whose turns cover most of it; plain loops",
        params=Overlap,
        agreement=EXACT,
    ),
    Card(
        name="overlap.vectorized",
        target="vsat_plugins.attribute.overlap:Vectorized",
        summary="each word to the speaker whose turns cover most of it; NumPy, by binary search",
        params=Overlap,
    ),
    Card(
        name="overlap.numba",
        target="vsat_plugins.attribute.overlap_numba:Numba",
        summary="each word to the speaker whose turns cover most of it; one compiled sweep",
        params=Overlap,
    ),
    Card(
        name="overlap.batched",
        target="vsat_plugins.attribute.overlap_batched:Batched",
        summary="each word to the speaker whose turns cover most of it; torch, all speakers "
        "together",
        params=Overlap,
        tuning=Device,
    ),
    Card(
        name="sentence.baseline",
        target="vsat_plugins.attribute.sentence:Baseline",
        summary="as overlap, then a word or two that strayed over a change of speakers go back to "
        "their sentence",
        params=Sentence,
        agreement=EXACT,
    ),
    Card(
        name="sentence.vectorized",
        target="vsat_plugins.attribute.sentence_arrays:Vectorized",
        summary="the same on arrays; NumPy",
        params=Sentence,
    ),
    Card(
        name="sentence.numba",
        target="vsat_plugins.attribute.sentence_numba:Numba",
        summary="the same in two compiled sweeps",
        params=Sentence,
    ),
    Card(
        name="sentence.batched",
        target="vsat_plugins.attribute.sentence_batched:Batched",
        summary="the same on arrays; torch",
        params=Sentence,
        tuning=Device,
    ),
)


@hookimpl
def vsat_attribute() -> list[Card]:
    """By overlap in time, and by overlap with whole sentences in mind."""
    return list(CARDS)
