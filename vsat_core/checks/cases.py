"""Seeded inputs that variants get wrong: empty, one sample, silence, full scale, odd lengths, hours-long times.

A case is a `Scene`, some sound and where somebody talks in it, from which an artifact of every type is generated that
fits the others. Shapes that a method chooses (bins, dimensions) are those of a real example.
"""
from __future__ import annotations

import itertools
import zlib
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

import attrs
import numpy as np

from vsat_core.artifacts import (
    SAMPLE_RATE,
    Audio,
    Embeddings,
    Environment,
    Features,
    Source,
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
from vsat_core.search import normalise
from vsat_core.stages import STAGES

Spans = tuple[tuple[int, int, int], ...]
TEN_HOURS = 10 * 3600 * SAMPLE_RATE  # 576 million samples: products of two times pass int32, and almost int64
HOURS_TAIL_S = 4  # of which only the end is not silent
RECOGNISED = 8_000  # samples of an utterance that a recogniser is given: noise takes it long, and nothing is compared
WHOLE_SOUND = ("enhance", "draw", "detect")  # these read every sample, which takes too long on ten hours
PEOPLE = 3
WORDS = (
    "yes", "the", "Budget,", "don’t", "3.5%", "well-known", "—", "naïve", "東京", "e\u0301tude", "A.B.C.", "twenty-2nd",
    "incomprehensibilities", "I", "ﬁne", "no.",
)


@attrs.frozen
class Scene:
    """Sound, and (start, end, voice) of each stretch of talk; `timed`: the recogniser tells word times."""

    name: str
    samples: np.ndarray
    spans: Spans = ()
    timed: bool = False


@attrs.frozen
class Case:
    """The inputs of one call. The sound of a `mapped` case lies in a read-only file, too long to digest."""

    name: str
    inputs: tuple[Any, ...]
    mapped: bool = False


def cases_for(stage: str, seed: int, folder: Path, like: Mapping[str, Any]) -> Iterator[Case]:
    """Every case for a stage after decode; `like` holds a real example of each of its inputs, by stage.

    What a case needs on disk is written to `folder`.
    """
    takes = STAGES[stage].takes
    for scene in [*scenes(seed), ten_hours(seed, folder)]:
        mapped = len(scene.samples) == TEN_HOURS
        if stage == "transcribe":
            spans = tuple((a, min(b, a + RECOGNISED), v) for a, b, v in scene.spans)
            scene = attrs.evolve(scene, spans=spans)
        if not (mapped and stage in WHOLE_SOUND):
            made = _Inputs(scene, like, folder, np.random.default_rng([seed, zlib.crc32(scene.name.encode())]))
            yield Case(scene.name, tuple(made.get(t) for t in takes), mapped)


def scenes(seed: int) -> Iterator[Scene]:
    """The short ones."""
    rng = np.random.default_rng([seed, 1])
    yield Scene("empty", np.zeros(0, np.float32))
    yield Scene("one sample", np.array([0.5], np.float32), ((0, 1, -1),))
    yield Scene("silence", np.zeros(SAMPLE_RATE, np.float32), ((0, 9_600, -1), (11_000, 16_000, -1)))
    square = np.where(np.arange(25_001) // 40 % 2, 1, -1).astype(np.float32)
    yield Scene("full scale", square, ((0, 20_000, 0), (12_000, 25_001, 1)), timed=True)
    yield Scene("constant", np.full(12_345, 0.25, np.float32), ((100, 6_000, -1), (6_000, 12_345, -1)))
    yield Scene("nobody talks", (1e-3 * rng.standard_normal(20_000)).astype(np.float32))
    spans: Spans = ((401, 12_000, 0), (9_001, 9_002, 1), (11_000, 30_011, 1), (30_011, 30_300, 0), (33_333, 43_019, 2),
             (43_000, 43_019, 0))
    yield Scene("odd lengths", bursts(rng, 43_019, spans), spans)
    n = 400 + 160 * 100 + 1  # windows of 25 ms every 10 ms, and one sample more
    spans = ((0, 8_001, -1), (8_400, n, -1))
    yield Scene("short last frame", bursts(rng, n, spans), spans)


def ten_hours(seed: int, folder: Path) -> Scene:
    """Ten hours, silent but for the last seconds; a file full of holes, mapped read-only."""
    tail = HOURS_TAIL_S * SAMPLE_RATE
    at = TEN_HOURS - tail
    spans = tuple((at + a, at + b, voice) for a, b, voice in
                  ((800, 20_000, 0), (18_000, 30_000, 1), (35_000, 50_001, 2), (52_000, tail, 0)))
    path = folder / f"ten-hours-{seed}.npy"
    if not path.exists():
        whole = np.lib.format.open_memmap(path, mode="w+", dtype=np.dtype(np.float32), shape=(TEN_HOURS,))
        inside = tuple((a - at, b - at, voice) for a, b, voice in spans)
        whole[at:] = bursts(np.random.default_rng([seed, 2]), tail, inside)
        del whole
    return Scene("ten hours", np.lib.format.open_memmap(path, mode="r"), spans)


def bursts(rng: np.random.Generator, n: int, spans: Spans) -> np.ndarray:
    """Noise at -60 dBFS, louder and buzzing in the spans; float32 (n,)."""
    x = 1e-3 * rng.standard_normal(n)
    for start, end, voice in spans:
        t = np.arange(end - start)
        swell = 0.5 + 0.5 * np.sin(2 * np.pi * 4 / SAMPLE_RATE * t)
        x[start:end] += 0.2 * swell * np.sign(np.sin(2 * np.pi * (110 + 50 * voice) / SAMPLE_RATE * t))
        x[start:end] += 0.05 * rng.standard_normal(end - start)
    return np.clip(x, -1, 1).astype(np.float32)


@attrs.define
class _Inputs:
    """The artifacts of one scene, each made once, by the stage they stand for."""

    scene: Scene
    like: Mapping[str, Any]
    folder: Path
    rng: np.random.Generator
    made: dict[str, Any] = attrs.field(factory=dict)

    def get(self, stage: str) -> Any:
        """The artifact that stands for a stage's output."""
        if stage not in self.made:
            self.made[stage] = GENERATORS[stage](self)
        return self.made[stage]


def _source(of: _Inputs) -> Source:
    path = of.folder / "Ten o’clock [1] & more.wav"
    path.write_bytes(b"not read again")
    return Source(path)


def _decoded(of: _Inputs) -> Audio:
    return Audio(of.scene.samples)


def _enhanced(of: _Inputs) -> Audio:
    kind = "quiet" if of.scene.spans else "silent"
    return Audio(of.scene.samples, Environment(kind, -23.0, -60.0, 37.0, 8000.0))


def _speech(of: _Inputs) -> Speech:
    columns = np.array(of.scene.spans, np.int64).reshape(-1, 3)
    return Speech(columns[:, 0], columns[:, 1], columns[:, 2].astype(np.int32), len(of.scene.samples))


def _features(of: _Inputs) -> Features:
    """Rows drawn from the example's, so that values are such as the method gives; one constant in silence."""
    example: Features = of.like["features"]
    start, end = of.get("detect").union()
    counts = np.maximum((end - start - example.window) // example.hop + 1, 0)
    offsets = np.concatenate([np.zeros(1, np.int64), np.cumsum(counts)])
    rows = example.frames if len(example.frames) else np.zeros((1, example.frames.shape[1]), np.float32)
    loud = of.rng.integers(len(rows), size=int(offsets[-1]))
    picked = loud * 0 + int(rows.sum(1).argmin()) if of.scene.name == "silence" else loud
    return Features(rows[picked], start, offsets, example.hop, example.window)


def _embeddings(of: _Inputs) -> Embeddings:
    """Prints of at most 1.5 s, each near the direction of its voice."""
    speech: Speech = of.get("detect")
    dim = of.like["embed"].vectors.shape[1]
    centres = of.rng.standard_normal((PEOPLE, dim))
    alone = zip(*(c.tolist() for c in speech.exclusive()), strict=True)
    rows = [(a, min(a + 24_000, end), s) for start, end, s in alone for a in range(start, end, 24_000)]
    columns = np.array(rows, np.int64).reshape(-1, 3)
    who = np.where(speech.voice >= 0, speech.voice, np.arange(len(speech.voice)))[columns[:, 2]] % PEOPLE
    vectors = centres[who] + 0.2 * of.rng.standard_normal((len(columns), dim))
    vectors /= np.linalg.norm(vectors, axis=1, keepdims=True)
    return Embeddings(vectors.astype(np.float32), columns[:, 0], columns[:, 1], columns[:, 2])


def _turns(of: _Inputs) -> Turns:
    speech: Speech = of.get("detect")
    return Turns.of(speech.start, speech.end, np.where(speech.voice >= 0, speech.voice, 0))


def _utterances(of: _Inputs) -> Utterances:
    return Utterances(*of.get("detect").union())


def _texts(of: _Inputs) -> Texts:
    """Up to five words an utterance, now and then none; one for an utterance too short for more."""
    cut: Utterances = of.get("cut")
    counts = [int(of.rng.integers(6)) if e - s > 8_000 else 1 for s, e in zip(cut.start, cut.end, strict=True)]
    said = [" ".join(WORDS[k] for k in of.rng.integers(len(WORDS), size=n)) for n in counts]
    if not of.scene.timed:
        return Texts.untimed(said)
    times = _times(cut, counts)
    return Texts(TextColumn.of(said), times[:, 0], times[:, 1])


def _times(cut: Utterances, counts: list[int]) -> np.ndarray:
    """Words of equal length in each utterance; int64 (n, 3): start, end, utterance."""
    rows = []
    for i, (start, end, n) in enumerate(zip(cut.start.tolist(), cut.end.tolist(), counts, strict=True)):
        bounds = np.linspace(start, end, n + 1).astype(np.int64).tolist()
        rows += [(a, b, i) for a, b in itertools.pairwise(bounds)]
    return np.array(rows, np.int64).reshape(-1, 3)


def _words(of: _Inputs) -> Words:
    texts: Texts = of.get("transcribe")
    said = [t.split() for t in texts.text]
    times = _times(of.get("cut"), [len(t) for t in said])
    return Words(TextColumn.of(w for t in said for w in t), times[:, 0], times[:, 1], times[:, 2].astype(np.int32))


def _transcript(of: _Inputs) -> Transcript:
    words, turns = of.get("align"), of.get("cluster")
    return Transcript.of(words, turns, of.rng.integers(-1, turns.n_speakers, len(words), dtype=np.int32))


def _index(of: _Inputs) -> WordIndex:
    tokens = [normalise(w) for w in of.get("attribute").text]
    terms = sorted(set(tokens) - {""})
    places = [[i for i, token in enumerate(tokens) if token == term] for term in terms]
    offsets = np.cumsum([0, *map(len, places)])
    postings = np.array([i for mine in places for i in mine], np.int64)
    return WordIndex(TextColumn.of(tokens), TextColumn.of(terms), offsets, postings)


def _waveform(of: _Inputs) -> Waveform:
    """A pyramid of random heights."""
    n = len(of.scene.samples)
    hop = 256 if n < TEN_HOURS else 1 << 16
    sizes = [-(-n // hop)]
    while sizes[-1] > 1:
        sizes.append(-(-sizes[-1] // 2))
    high = of.rng.random(sum(sizes), dtype=np.float32)
    return Waveform(-high, high, np.cumsum([0, *sizes]), hop, n)


GENERATORS: dict[str, Callable[[_Inputs], Any]] = {
    "source": _source, "decode": _decoded, "enhance": _enhanced, "detect": _speech, "features": _features,
    "embed": _embeddings, "cluster": _turns, "cut": _utterances, "transcribe": _texts, "align": _words,
    "attribute": _transcript, "index": _index, "draw": _waveform,
}
