"""Seeded inputs that variants get wrong: empty, one sample, silence, full scale, odd lengths,
hours-long times.

From a `Scene`, some sound and where somebody talks in it, an artifact of every type is generated
that fits the others. Shapes that a method chooses (bins, dimensions) are those of a real example.
"""

import itertools
import zlib
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, TypeVar

import attrs
import numpy as np

from vsat_core.artifacts import (
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
from vsat_core.checks.scenes import TEN_HOURS, Scene, scenes, ten_hours
from vsat_core.contract.stages import StageSpec
from vsat_core.search.query import normalise

# samples of an utterance that a recogniser is given: noise takes it long, and nothing is compared
RECOGNISED = 8_000
PEOPLE = 3
Kind = TypeVar("Kind")
_WORDS = """
    yes the Budget, don’t 3.5% well-known — naïve 東京 e\u0301tude A.B.C. twenty-2nd
    incomprehensibilities I ﬁne no.
"""
WORDS = _WORDS.split()
LANGUAGES = ("en", "", "ja", "he")


@attrs.frozen
class Case:
    """The inputs of one call. The sound of a `mapped` case lies in a read-only file, too long to
    digest.
    """

    name: str
    inputs: tuple[Any, ...]
    mapped: bool = False


def cases_for(spec: StageSpec, seed: int, folder: Path, real: Sequence[Any]) -> Iterator[Case]:
    """Every case for a stage after decode; `real` holds a real example of each of its inputs.

    What a case needs on disk is written to `folder`.
    """
    like = {type(artifact): artifact for artifact in real}
    raw = spec.gives is Audio
    for scene in [*scenes(seed), ten_hours(seed, folder)]:
        mapped = len(scene.samples) == TEN_HOURS
        if spec.gives is Texts and Audio in like:
            spans = tuple((a, min(b, a + RECOGNISED), v) for a, b, v in scene.spans)
            scene = attrs.evolve(scene, spans=spans)
        # reading every sample takes too long on ten hours
        if not (mapped and like.keys() == {Audio}):
            made = _Inputs(
                scene,
                like,
                folder,
                np.random.default_rng([seed, zlib.crc32(scene.name.encode())]),
                {Audio: Audio(scene.samples)} if raw else {},
            )
            yield Case(scene.name, tuple(made.get(kind) for kind in map(type, real)), mapped)


@attrs.define
class _Inputs:
    """The artifacts of one scene by type, each made once; a type that only a plugin knows is as in
    the real example.
    """

    scene: Scene
    like: Mapping[type, Any]
    folder: Path
    rng: np.random.Generator
    made: dict[type, Any] = attrs.field(factory=dict)

    def get(self, kind: type[Kind]) -> Kind:
        """The artifact of this type."""
        if kind not in self.made:
            generate = GENERATORS.get(kind)
            self.made[kind] = generate(self) if generate else self.like[kind]
        made: Kind = self.made[kind]
        return made


def _source(of: _Inputs) -> Source:
    path = of.folder / "Ten o’clock [1] & more.wav"
    path.write_bytes(b"not read again")
    return Source(path)


def _enhanced(of: _Inputs) -> Audio:
    kind = "quiet" if of.scene.spans else "silent"
    return Audio(of.scene.samples, Environment(kind, -23.0, -60.0, 37.0, 8000.0))


def _speech(of: _Inputs) -> Speech:
    columns = np.array(of.scene.spans, np.int64).reshape(-1, 3)
    return Speech(
        columns[:, 0], columns[:, 1], columns[:, 2].astype(np.int32), len(of.scene.samples)
    )


def _features(of: _Inputs) -> Features:
    """Rows drawn from the example's, so that values are such as the method gives; one constant in
    silence.
    """
    example: Features = of.like[Features]
    start, end = of.get(Speech).union()
    counts = np.maximum((end - start - example.window) // example.hop + 1, 0)
    offsets = np.concatenate([np.zeros(1, np.int64), np.cumsum(counts)])
    rows = (
        example.frames
        if len(example.frames)
        else np.zeros((1, example.frames.shape[1]), np.float32)
    )
    loud = of.rng.integers(len(rows), size=int(offsets[-1]))
    picked = loud * 0 + int(rows.sum(1).argmin()) if of.scene.name == "silence" else loud
    return Features(rows[picked], start, offsets, example.hop, example.window)


def _embeddings(of: _Inputs) -> Embeddings:
    """Prints of at most 1.5 s, each near the direction of its voice."""
    speech = of.get(Speech)
    dim = of.like[Embeddings].vectors.shape[1]
    centres = of.rng.standard_normal((PEOPLE, dim))
    alone = zip(*(c.tolist() for c in speech.exclusive()), strict=True)
    rows = [
        (a, min(a + 24_000, end), s) for start, end, s in alone for a in range(start, end, 24_000)
    ]
    columns = np.array(rows, np.int64).reshape(-1, 3)
    who = (
        np.where(speech.voice >= 0, speech.voice, np.arange(len(speech.voice)))[columns[:, 2]]
        % PEOPLE
    )
    vectors = centres[who] + 0.2 * of.rng.standard_normal((len(columns), dim))
    vectors /= np.linalg.norm(vectors, axis=1, keepdims=True)
    return Embeddings(vectors.astype(np.float32), columns[:, 0], columns[:, 1], columns[:, 2])


def _turns(of: _Inputs) -> Turns:
    speech = of.get(Speech)
    return Turns.of(speech.start, speech.end, np.where(speech.voice >= 0, speech.voice, 0))


def _utterances(of: _Inputs) -> Utterances:
    return Utterances(*of.get(Speech).union())


def _texts(of: _Inputs) -> Texts:
    """Up to five words an utterance, now and then none; one for an utterance too short for more."""
    cut = of.get(Utterances)
    counts = [
        int(of.rng.integers(6)) if e - s > 8_000 else 1
        for s, e in zip(cut.start, cut.end, strict=True)
    ]
    spoken = [" ".join(WORDS[k] for k in of.rng.integers(len(WORDS), size=n)) for n in counts]
    times = _times(cut, counts if of.scene.timed else [0] * len(counts))
    removed = [
        (i, int(of.rng.integers(n + 1)))
        for i, n in enumerate(counts)
        if n < 3 and of.rng.random() < 0.5
    ]
    rows = np.array(removed, np.int32).reshape(-1, 2)
    texts, reasons = (
        TextColumn.of(f"{name} {i}" for i, _ in removed) for name in ("removed", "reason")
    )
    columns = (times[:, 0], times[:, 1], rows[:, 0], rows[:, 1])
    confidence = of.rng.random(sum(counts), np.float32)
    confidence[::5] = np.nan
    language = TextColumn.of(LANGUAGES[i % len(LANGUAGES)] for i in range(len(counts)))
    return Texts(TextColumn.of(spoken), *columns, texts, reasons, language, confidence)


def _times(cut: Utterances, counts: list[int]) -> np.ndarray:
    """Words of equal length in each utterance; int64 (n, 3): start, end, utterance."""
    rows = []
    for i, (start, end, n) in enumerate(
        zip(cut.start.tolist(), cut.end.tolist(), counts, strict=True)
    ):
        bounds = np.linspace(start, end, n + 1).astype(np.int64).tolist()
        rows += [(a, b, i) for a, b in itertools.pairwise(bounds)]
    return np.array(rows, np.int64).reshape(-1, 3)


def _words(of: _Inputs) -> Words:
    texts = of.get(Texts)
    spoken = [t.split() for t in texts.text]
    cut = of.get(Utterances)
    times = _times(cut, [len(t) for t in spoken])
    start, end = (bounds[texts.unclear_utterance] for bounds in (cut.start, cut.end))
    return Words(
        TextColumn.of(w for t in spoken for w in t),
        times[:, 0],
        times[:, 1],
        times[:, 2].astype(np.int32),
        start,
        end,
        texts.unclear_text,
        texts.unclear_reason,
        texts.confidence,
        TextColumn.of(texts.language[i] for i in times[:, 2].tolist()),
    )


def _transcript(of: _Inputs) -> Transcript:
    words, turns = of.get(Words), of.get(Turns)
    return Transcript.of(
        words, turns, of.rng.integers(-1, turns.n_speakers, len(words), dtype=np.int32)
    )


def _index(of: _Inputs) -> WordIndex:
    tokens = [normalise(w) for w in of.get(Transcript).text]
    terms = sorted(set(tokens) - {""})
    places = [[i for i, token in enumerate(tokens) if token == term] for term in terms]
    offsets = np.cumsum([0, *map(len, places)])
    postings = np.array([i for rows in places for i in rows], np.int64)
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


GENERATORS: dict[type, Callable[[_Inputs], Any]] = {
    Source: _source,
    Audio: _enhanced,
    Speech: _speech,
    Features: _features,
    Embeddings: _embeddings,
    Turns: _turns,
    Utterances: _utterances,
    Texts: _texts,
    Words: _words,
    Transcript: _transcript,
    WordIndex: _index,
    Waveform: _waveform,
}
