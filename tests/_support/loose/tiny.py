"""A loose plugin for tests: every stage, without models, exact arithmetic on a few hundred samples.

The recording is any file: each byte is one sample. Every call adds its stage to the file named by
TINY_LOG.
"""

from __future__ import annotations

import os
from pathlib import Path

import attrs
import numpy as np

from vsat_core.artifacts import (
    Audio,
    Embeddings,
    Environment,
    Features,
    Files,
    Speech,
    TextColumn,
    Texts,
    Transcript,
    Turns,
    Utterances,
    Waveform,
    WordIndex,
    Words,
)
from vsat_core.plugin import EXACT, Card, Formats, SpeakerCount, Stage, Threads, hookimpl, param

HOP = 4


@attrs.frozen
class DetectParams:
    level: float = param(0.25, "sound is what is above", low=0, high=1)


@attrs.frozen
class ClusterParams(SpeakerCount):
    split: float = param(0.0, "voices above are one speaker, below another", low=-1, high=1)
    limit: int | None = param(None, "no limit unless given", low=1)


class Tiny(Stage):
    """What all share: a line in the log for each call."""

    def __call__(self, *inputs, run):
        if log := os.environ.get("TINY_LOG"):
            with open(log, "a") as file:
                print(type(self).__name__.lower(), file=file)
        return self.compute(*inputs, run)


class Decode(Tiny):
    def compute(self, source, run):
        samples = run.array((source.path.stat().st_size,), "float32")
        samples[:] = np.frombuffer(source.path.read_bytes(), np.int8) / 128
        return Audio(samples)


class Enhance(Tiny):
    def compute(self, audio, run):
        return Audio(audio.samples, Environment("quiet", -20.0, -60.0, 40.0, 8000.0))


class Draw(Tiny):
    def compute(self, audio, run):
        blocks = audio.samples[: len(audio.samples) // 64 * 64].reshape(-1, 64)
        return Waveform(
            blocks.min(1), blocks.max(1), np.array([0, len(blocks)]), 64, len(audio.samples)
        )


class Detect(Tiny):
    def compute(self, audio, run):
        loud = np.abs(audio.samples) > self.params.level
        edges = np.flatnonzero(np.diff(np.r_[False, loud, False]))
        voice = np.full(len(edges) // 2, -1, np.int32)
        return Speech(edges[::2], edges[1::2], voice, len(audio.samples))


class Feats(Tiny):
    def compute(self, audio, speech, run):
        start, end = speech.union()
        rows = [
            audio.samples[a:b][: (b - a) // HOP * HOP].reshape(-1, HOP)
            for a, b in zip(start, end, strict=True)
        ]
        offsets = np.cumsum([0, *map(len, rows)])
        return Features(
            np.concatenate([np.zeros((0, HOP), np.float32), *rows]), start, offsets, HOP, HOP
        )


class Embed(Tiny):
    def compute(self, features, speech, run):
        start, end, segment = speech.exclusive()
        vectors = [features.rows(a, b).mean(0) for a, b in zip(start, end, strict=True)]
        return Embeddings(np.array(vectors, np.float32).reshape(-1, HOP), start, end, segment)


class Cluster(Tiny):
    def compute(self, embeddings, speech, run):
        label = (embeddings.vectors.mean(1) > self.params.split).astype(np.int32)
        if self.params.num_speakers == 1 or self.params.max_speakers == 1:
            label[:] = 0
        return Turns.of(embeddings.start, embeddings.end, label)


class Cut(Tiny):
    def compute(self, audio, speech, run):
        return Utterances(*speech.union())


class Transcribe(Tiny):
    def compute(self, audio, utterances, run):
        run.progress(len(audio.samples))
        run.warn(f"heard {len(utterances.start)} pieces")
        return Texts.untimed([f"at {a}" for a in utterances.start])


class Align(Tiny):
    def compute(self, audio, utterances, texts, run):
        words, start, end, piece = [], [], [], []
        for i, text in enumerate(texts.text):
            bounds = np.linspace(
                utterances.start[i], utterances.end[i], len(text.split()) + 1
            ).astype(int)
            words += text.split()
            start += bounds[:-1].tolist()
            end += bounds[1:].tolist()
            piece += [i] * len(text.split())
        return Words(
            TextColumn.of(words),
            np.array(start, int),
            np.array(end, int),
            np.array(piece, np.int32),
        )


class Attribute(Tiny):
    def compute(self, words, turns, run):
        if not len(turns.start):
            return Transcript.of(words, turns, np.full(len(words), -1, np.int32))
        middle = (words.start + words.end) // 2
        turn = np.searchsorted(turns.start, middle, "right") - 1
        return Transcript.of(words, turns, turns.speaker[np.maximum(turn, 0)])


class Index(Tiny):
    def compute(self, transcript, run):
        nothing = np.zeros(0, np.int64)
        return WordIndex(
            TextColumn.of(t.lower() for t in transcript.text), TextColumn.of([]), nothing, nothing
        )


class Write(Tiny):
    def compute(self, inputs, run):
        source, transcript = inputs["source"], inputs["attribute"]
        names = [f"{source.name}.{f}" for f in self.params.formats]
        lines = [
            f"{who} {text}" for who, text in zip(transcript.speaker, transcript.text, strict=True)
        ]
        for name in names:
            Path(run.folder, name).write_text("\n".join(lines) + "\n")
        return Files(names)


def _card(cls, **more):
    return Card(
        "tiny.plain", "for tests", agreement=EXACT, **more, target=f"{__name__}:{cls.__name__}"
    )


@hookimpl
def vsat_decode():
    return [_card(Decode)]


@hookimpl
def vsat_enhance():
    return [_card(Enhance)]


@hookimpl
def vsat_draw():
    return [_card(Draw)]


@hookimpl
def vsat_detect():
    return [_card(Detect, params=DetectParams)]


@hookimpl
def vsat_features():
    other = Card(
        "tiny.other", "same frames under another tag", gives="othertiny", target=f"{__name__}:Feats"
    )
    return [_card(Feats, gives="tinyframes", tuning=Threads), other]


@hookimpl
def vsat_embed():
    return [_card(Embed, gives="tiny/4", accepts={"features": "tinyframes"})]


@hookimpl
def vsat_cluster():
    again = Card(
        "tiny.again", "the same once more", params=ClusterParams, target=f"{__name__}:Cluster"
    )
    return [_card(Cluster, params=ClusterParams), again]


@hookimpl
def vsat_cut():
    return [_card(Cut)]


@hookimpl
def vsat_transcribe():
    return [_card(Transcribe)]


@hookimpl
def vsat_align():
    return [_card(Align)]


@hookimpl
def vsat_attribute():
    return [_card(Attribute)]


@hookimpl
def vsat_index():
    return [_card(Index)]


@hookimpl
def vsat_write():
    return [_card(Write, params=Formats)]
