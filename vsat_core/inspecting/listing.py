"""Each type of artifact as rows of a table, made one by one: only those that are shown."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from functools import partial, singledispatch

import attrs
import numpy as np

from vsat_core.artifacts import (
    SAMPLE_RATE,
    Artifact,
    Audio,
    Embeddings,
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
from vsat_core.artifacts.base import shape_of
from vsat_core.formats.scripts import joined
from vsat_core.inspecting.terms import most_frequent
from vsat_core.printable import clock, counted, one_line

LEVEL_S = 10  # of sound in a row
LONGEST, FIRST_TEXTS = 60, 8  # characters of a value that is no array, and texts in it
SILENCE_DB = -120.0


@attrs.frozen
class Listing:
    """The rows of an artifact, counted from 0, and lines of what is true of all. The columns
    `right` are aligned right.
    """

    header: tuple[str, ...]
    n_rows: int
    row: Callable[[int], tuple[str, ...]]
    right: tuple[int, ...] = ()
    facts: tuple[str, ...] = ()


@singledispatch
def listing(artifact: Artifact) -> Listing:
    """The rows of an artifact; of a type that is not known its fields."""
    names = [field.name for field in attrs.fields(type(artifact))]

    def row(i: int) -> tuple[str, ...]:
        value = getattr(artifact, names[i])
        if isinstance(value, np.ndarray):
            return names[i], shape_of(value), _range(value)
        if isinstance(value, TextColumn):
            first = [value[k] for k in range(min(len(value), FIRST_TEXTS))]
            return names[i], counted(len(value), "text"), _short(", ".join(first))
        return names[i], type(value).__name__, _short(value)

    return Listing(("field", "type", "values"), len(names), row)


@listing.register
def _audio(audio: Audio) -> Listing:
    samples, step = audio.samples, LEVEL_S * SAMPLE_RATE

    def row(i: int) -> tuple[str, ...]:
        block = samples[i * step : (i + 1) * step]
        level = math.sqrt(float(np.mean(np.square(block, dtype=np.float64))))
        return moment(i * step), _decibels(level), _decibels(float(np.abs(block).max()))

    facts = () if audio.environment is None else (_facts(attrs.asdict(audio.environment)),)
    n_rows = -(-len(samples) // step)
    return Listing(("start", "level dBFS", "peak dBFS"), n_rows, row, (1, 2), facts)


@listing.register
def _waveform(drawn: Waveform) -> Listing:
    def row(i: int) -> tuple[str, ...]:
        low, high = drawn.level(i)
        outer = (f"{low.min():.4f}", f"{high.max():.4f}") if len(low) else ("", "")
        return str(i), str(drawn.hop * 2**i), f"{len(low):,}", *outer

    header = ("zoom level", "samples a point", "points", "lowest", "highest")
    return Listing(header, drawn.n_levels, row, all_of(header))


@listing.register
def _features(features: Features) -> Listing:
    def row(i: int) -> tuple[str, ...]:
        first, last = int(features.offsets[i]), int(features.offsets[i + 1])
        frames = features.frames[first:last]
        mean = f"{frames.mean():.3f}" if len(frames) else ""
        return str(i + 1), moment(int(features.start[i])), f"{len(frames):,}", mean

    hop, window = (1000 * n / SAMPLE_RATE for n in (features.hop, features.window))
    facts = (f"a frame every {hop:g} ms, each of {window:g} ms",)
    header = ("span", "start", "frames", "mean")
    return Listing(header, len(features.start), row, all_of(header), facts)


@listing.register
def _speech(speech: Speech) -> Listing:
    def row(i: int) -> tuple[str, ...]:
        voice = int(speech.voice[i])
        return (*_times(i, speech), str(voice) if voice >= 0 else "")

    first, last = speech.union()
    spoken, whole = float((last - first).sum()) / SAMPLE_RATE, speech.n_samples / SAMPLE_RATE
    facts = (f"speech in {clock(spoken)} of {clock(whole)}",)
    return Listing((*TIMES, "voice"), len(speech.start), row, (0, 1, 2, 3, 4), facts)


@listing.register
def _embeddings(embeddings: Embeddings) -> Listing:
    vectors = embeddings.vectors
    lengths = np.maximum(np.linalg.norm(vectors, axis=1), 1e-12)

    def row(i: int) -> tuple[str, ...]:
        similar = vectors @ vectors[i] / (lengths * lengths[i])
        similar[i] = -np.inf
        other = int(similar.argmax())
        nearest = (str(other + 1), f"{similar[other]:.3f}") if len(similar) > 1 else ("", "")
        return *_times(i, embeddings), str(int(embeddings.segment[i])), *nearest

    header = (*TIMES, "segment", "most similar", "cosine")
    return Listing(header, len(vectors), row, all_of(header))


@listing.register
def _turns(turns: Turns) -> Listing:
    def row(i: int) -> tuple[str, ...]:
        return (*_times(i, turns), speaker(int(turns.speaker[i])))

    length = turns.end - turns.start
    each = [
        f"{speaker(k)} {clock(float(length[turns.speaker == k].sum()) / SAMPLE_RATE)}"
        for k in range(turns.n_speakers)
    ]
    facts = (", ".join(each),) if each else ()
    return Listing((*TIMES, "speaker"), len(turns.start), row, (0, 1, 2, 3), facts)


@listing.register
def _utterances(pieces: Utterances) -> Listing:
    return Listing(TIMES, len(pieces.start), partial(_times, spans=pieces), all_of(TIMES))


@listing.register
def _texts(texts: Texts) -> Listing:
    owner = np.r_[0, np.cumsum([len(text.split()) for text in texts.text])]

    def row(i: int) -> tuple[str, ...]:
        sure = texts.confidence[owner[i] : owner[i + 1]] if len(texts.confidence) else ()
        code = texts.language[i] if len(texts.language) else ""
        return str(i + 1), _mean(np.asarray(sure, float)), code, texts.text[i]

    facts = _unclear(len(texts.unclear_utterance))
    header = ("number", "confidence", "language", "text")
    return Listing(header, len(texts.text), row, (0, 1), facts)


@listing.register
def _words(words: Words) -> Listing:
    def row(i: int) -> tuple[str, ...]:
        sure = _mean(words.confidence[i : i + 1])
        return *_times(i, words), sure, words.language[i], words.text[i]

    header = (*TIMES, "confidence", "language", "word")
    return Listing(header, len(words), row, (0, 1, 2, 3, 4), _unclear(len(words.unclear_start)))


@listing.register
def _transcript(transcript: Transcript) -> Listing:
    t, lines = transcript, transcript.lines()

    def row(i: int) -> tuple[str, ...]:
        own = lines[i]
        text = joined([t.text[k] for k in own], [t.language[k] for k in own])
        who = int(t.speaker[own[0]])
        name = t.names[who] if 0 <= who < len(t.names) else speaker(who)
        return str(i + 1), moment(int(t.start[own[0]])), moment(int(t.end[own[-1]])), name, text

    facts = _unclear(len(t.unclear_start))
    header = ("line", "start", "end", "speaker", "text")
    return Listing(header, len(lines) if len(t.start) else 0, row, (0, 1, 2), facts)


@listing.register
def _index(index: WordIndex) -> Listing:
    terms = most_frequent(index, len(index.token))
    return Listing(
        ("word", "number"), len(terms), lambda i: (terms[i][0], f"{terms[i][1]:,}"), (1,)
    )


@listing.register
def _files(files: Files) -> Listing:
    return Listing(("file",), len(files.names), lambda i: (files.names[i],))


TIMES = ("number", "start", "end", "seconds")


def _times(i: int, spans: Speech | Embeddings | Turns | Utterances | Words) -> tuple[str, ...]:
    """Number, start, end and length of a row."""
    start, end = int(spans.start[i]), int(spans.end[i])
    return str(i + 1), moment(start), moment(end), f"{(end - start) / SAMPLE_RATE:.2f}"


def moment(sample: int) -> str:
    """A place in a recording to the hundredth of a second.

    >>> moment(59_999)
    '0:00:03.74'
    """
    whole, rest = divmod(sample, SAMPLE_RATE)
    return f"{clock(whole)}.{rest * 100 // SAMPLE_RATE:02}"


def speaker(number: int) -> str:
    """What a speaker is called in the results, "" for none."""
    return f"Speaker {number + 1}" if number >= 0 else ""


def all_of(header: tuple[str, ...]) -> tuple[int, ...]:
    """All columns."""
    return tuple(range(len(header)))


def _unclear(n: int) -> tuple[str, ...]:
    return (f"{n} stretches of speech without trusted text",) if n else ()


def _decibels(amplitude: float) -> str:
    return f"{max(SILENCE_DB, 20 * math.log10(max(amplitude, 1e-9))):.1f}"


def _mean(sure: np.ndarray) -> str:
    known = sure[~np.isnan(sure)]
    return f"{known.mean():.2f}" if len(known) else ""


def _range(value: np.ndarray) -> str:
    """Least, mean and largest number of an array."""
    if value.size == 0 or value.dtype.kind not in "biuf":
        return ""
    with np.errstate(all="ignore"):
        return f"{value.min():g} to {value.max():g}, mean {value.mean(dtype=np.float64):g}"


def _short(value: object) -> str:
    text = one_line(str(value))
    return text if len(text) <= LONGEST else f"{text[: LONGEST - 3]}..."


def _facts(values: Mapping[str, object]) -> str:
    """Names and values in one line."""
    said = {k: f"{v:.1f}" if isinstance(v, float) else str(v) for k, v in values.items()}
    return ", ".join(f"{name} {text}" for name, text in said.items())
