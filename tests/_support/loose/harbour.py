"""A loose plugin for the story of the page: a conversation of three voices, with words whose
confidence is known.
"""

from __future__ import annotations

import zlib

import numpy as np

from vsat_core.artifacts import Texts, Turns, Words
from vsat_core.plugin import EXACT, Card, SpeakerCount, hookimpl

from . import tiny

LINES = (
    "good morning to both of you",
    "the boat leaves the harbour at nine",
    "then we should pack the lamps tonight",
    "who keeps the key of the tower",
    "it hangs behind the kitchen door",
    "the radio has been silent since monday",
)


class Cluster(tiny.Tiny):
    """Voices by their mean: below zero, low, high. Two speakers: those above zero are one."""

    def compute(self, embeddings, speech, run):
        wanted = self.params.num_speakers or self.params.max_speakers or 3
        voice = np.digitize(embeddings.vectors.mean(1), (0.0, 0.7))
        return Turns.of(embeddings.start, embeddings.end, np.minimum(voice, wanted - 1))


class Transcribe(tiny.Tiny):
    """A line for each utterance."""

    def compute(self, audio, utterances, run):
        run.progress(len(audio.samples))
        return Texts.untimed([LINES[i % len(LINES)] for i in range(len(utterances.start))])


class Align(tiny.Align):
    """Confidences from 0.5 to 1, by the text and place of a word."""

    def compute(self, audio, utterances, texts, run):
        words = super().compute(audio, utterances, texts, run)
        marks = [zlib.crc32(f"{i} {text}".encode()) for i, text in enumerate(words.text)]
        sure = 0.5 + np.array(marks, np.float64) / 2**33
        return Words(
            words.text, words.start, words.end, words.utterance, confidence=sure.astype(np.float32)
        )


def _card(cls, **more):
    return Card(
        "harbour.plain", "for tests", agreement=EXACT, target=f"{__name__}:{cls.__name__}", **more
    )


@hookimpl
def vsat_cluster():
    return [_card(Cluster, params=SpeakerCount)]


@hookimpl
def vsat_transcribe():
    return [_card(Transcribe)]


@hookimpl
def vsat_align():
    return [_card(Align)]
