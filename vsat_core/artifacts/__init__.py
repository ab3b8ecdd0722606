"""Typed, frozen results that stages hand to each other."""

from vsat_core.artifacts.audio import (
    SAMPLE_RATE,
    Audio,
    Environment,
    Layout,
    Playback,
    Source,
    Waveform,
)
from vsat_core.artifacts.base import Artifact, TextColumn
from vsat_core.artifacts.embeddings import Embeddings, Features
from vsat_core.artifacts.speech import Speech, Turns, Utterances
from vsat_core.artifacts.words import Files, Texts, Transcript, WordIndex, Words

__all__ = [
    "SAMPLE_RATE",
    "Artifact",
    "Audio",
    "Embeddings",
    "Environment",
    "Features",
    "Files",
    "Layout",
    "Playback",
    "Source",
    "Speech",
    "TextColumn",
    "Texts",
    "Transcript",
    "Turns",
    "Utterances",
    "Waveform",
    "WordIndex",
    "Words",
]
