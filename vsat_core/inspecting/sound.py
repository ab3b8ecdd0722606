"""The sound of an artifact, or of one piece of it, as a WAV file."""

from __future__ import annotations

import os
import wave
from collections.abc import Iterable
from functools import singledispatch
from pathlib import Path

import attrs
import numpy as np

from vsat_core.artifacts import (
    SAMPLE_RATE,
    Artifact,
    Audio,
    Embeddings,
    Speech,
    Transcript,
    Turns,
    Utterances,
    Words,
)
from vsat_core.engine.atomic_files import temporary, writing_to
from vsat_core.errors import InputError, OutputError

BLOCK = 1 << 20  # samples written together
PAUSE = SAMPLE_RATE // 4  # between two pieces
LONGEST = (1 << 31) - (1 << 16)  # samples: 4 GB of 16 bit, the most that a WAV file holds


@attrs.frozen
class Spans:
    """Stretches of sound: samples, int64 (n,), and what one is called."""

    start: np.ndarray
    end: np.ndarray
    noun: str


@singledispatch
def spans(artifact: Artifact) -> Spans | None:
    """The stretches that an artifact is about, None for a type without any."""
    return None


def has_sound(kind: type[Artifact]) -> bool:
    """Whether artifacts of this type are sound, or about stretches of it."""
    return issubclass(kind, Audio) or spans.dispatch(kind) is not spans.dispatch(object)


@spans.register(Speech)
@spans.register(Embeddings)
@spans.register(Turns)
@spans.register(Utterances)
@spans.register(Words)
def _rows(artifact: Speech | Embeddings | Turns | Utterances | Words) -> Spans:
    nouns = {Speech: "segment", Turns: "turn", Utterances: "utterance", Words: "word"}
    kinds = (nouns[kind] for kind in type(artifact).__mro__ if kind in nouns)
    return Spans(artifact.start, artifact.end, next(kinds, "embedding"))


@spans.register
def _lines(transcript: Transcript) -> Spans:
    lines = [own for own in transcript.lines() if len(own)]
    start = np.array([transcript.start[own[0]] for own in lines], np.int64)
    end = np.array([transcript.end[own[-1]] for own in lines], np.int64)
    return Spans(start, end, "line")


def pieces_of(artifact: Artifact, number: int | None) -> list[tuple[int, int]]:
    """Start and end of each piece, or of the one with this number, counted from 1. Raises
    InputError.
    """
    if isinstance(artifact, Audio):
        if number is not None:
            raise InputError("--number: Audio is one sound; leave it out")
        return [(0, len(artifact.samples))]
    found = spans(artifact)
    assert found is not None  # see has_sound
    n = len(found.start)
    if n == 0:
        raise InputError(f"--sound: there is no {found.noun} in this recording")
    if number is None:
        return list(zip(found.start.tolist(), found.end.tolist(), strict=True))
    if not 1 <= number <= n:
        raise InputError(f"--number: expected 1 to {n}, the number of a {found.noun}, got {number}")
    return [(int(found.start[number - 1]), int(found.end[number - 1]))]


def check_place(path: Path, recording: Path, overwrite: bool) -> None:
    """Nothing of the user's is replaced by mistake. Raises OutputError."""
    if path.suffix.lower() != ".wav":
        raise OutputError(f"{path}: sounds are written as .wav; give a name that ends so")
    if path.exists() and (not overwrite or os.path.samefile(path, recording)):
        remedy = "choose another name" + ", or --overwrite" * (not overwrite)
        raise OutputError(f"{path}: is there already; {remedy}")


def write_sound(path: Path, samples: np.ndarray, pieces: Iterable[tuple[int, int]]) -> float:
    """Write these pieces of float32 samples (n,) one after the other, with pauses, as 16 bit at 16
    kHz. Returns the seconds written. Raises OutputError.
    """
    cut = [samples[a:b] for a, b in pieces]
    n_samples = sum(map(len, cut)) + PAUSE * (len(cut) - 1)
    if n_samples > LONGEST:
        raise OutputError(f"{path}: too long for a WAV file; take one piece with --number")
    with writing_to(path.parent):
        path.parent.mkdir(parents=True, exist_ok=True)
        with temporary(path.parent) as part:
            with wave.open(str(part), "wb") as file:
                file.setparams((1, 2, SAMPLE_RATE, n_samples, "NONE", ""))
                for i, piece in enumerate(cut):
                    if i:
                        file.writeframes(bytes(2 * PAUSE))
                    for first in range(0, len(piece), BLOCK):
                        block = np.clip(piece[first : first + BLOCK], -1, 1) * 32767
                        file.writeframes(block.round().astype("<i2").tobytes())
            part.replace(path)
    return n_samples / SAMPLE_RATE
