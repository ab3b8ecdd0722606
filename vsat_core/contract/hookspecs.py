"""The pipeline on one page: one hook per stage. A hook returns cards; the registry selects, the
runner calls.

A hook describes variants and does no work, because pluggy calls every implementation of a hook.
What each variant's target must take and give when called stands behind the arrow.
"""

from __future__ import annotations

import pluggy

from vsat_core.contract.cards import Card

hookspec = pluggy.HookspecMarker("vsat")
hookimpl = pluggy.HookimplMarker("vsat")


@hookspec
def vsat_decode() -> list[Card]:
    """Source -> Audio: any file to float32 mono at 16 kHz, counted by samples."""


@hookspec
def vsat_enhance() -> list[Card]:
    """Audio -> Audio with its Environment; clean sound leaves untouched but for level."""


@hookspec
def vsat_draw() -> list[Card]:
    """Audio -> Waveform: a min/max pyramid."""


@hookspec
def vsat_detect() -> list[Card]:
    """Audio -> Speech: where somebody talks, and which segments are one voice if it can tell."""


@hookspec
def vsat_features() -> list[Card]:
    """Audio, Speech -> Features: frames of the spoken spans."""


@hookspec
def vsat_embed() -> list[Card]:
    """Features, Speech -> Embeddings: voice prints; makes its own windows, leaves overlapped speech
    out.
    """


@hookspec
def vsat_cluster() -> list[Card]:
    """Embeddings, Speech -> Turns: who spoke when; honours num_speakers, min_speakers and
    max_speakers.
    """


@hookspec
def vsat_cut() -> list[Card]:
    """Audio, Speech -> Utterances: pieces the recogniser likes, cut in silence."""


@hookspec
def vsat_transcribe() -> list[Card]:
    """Audio, Utterances -> Texts: what was said in each."""


@hookspec
def vsat_align() -> list[Card]:
    """Audio, Utterances, Texts -> Words: when each word was said."""


@hookspec
def vsat_attribute() -> list[Card]:
    """Words, Turns -> Transcript: who said each word."""


@hookspec
def vsat_index() -> list[Card]:
    """Transcript -> WordIndex: what a search looks in."""


@hookspec
def vsat_write() -> list[Card]:
    """Source, Audio, Transcript, WordIndex, Waveform -> Files in run.folder."""
