"""What every speech synthesiser here gives: the sound of a turn and the times of its words."""

from __future__ import annotations

import multiprocessing
from collections.abc import Iterable, Iterator
from typing import NamedTuple, Protocol

import numpy as np

SAMPLE_RATE = 16_000
Spans = list[tuple[float, float]]


class SynthesiserMissing(Exception):
    """A synthesiser is not installed; the text is one line with the command that does it."""


class Utterance(NamedTuple):
    """`samples` float32 (n,) at 16 kHz; `spans` holds (start, end) in seconds of each
    whitespace-separated word.
    """

    samples: np.ndarray
    spans: Spans


class Voice(Protocol):
    """How one speaker sounds; `level_dbfs` is the RMS within words.

    What an engine that `keeps_state` says depends on what its process has said before.
    """

    @property
    def level_dbfs(self) -> float: ...

    @property
    def keeps_state(self) -> bool: ...

    def say(self, text: str) -> Utterance: ...


def say_all(requests: Iterable[tuple[Voice, str]], processes: int = 2) -> Iterator[Utterance]:
    """Speak every (voice, text), in order. An utterance depends on its voice and text only."""
    requests = list(requests)
    fresh = any(voice.keeps_state for voice, _ in requests)
    # a caller with threads cannot be forked safely
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload([__name__])
    with context.Pool(processes, maxtasksperchild=1 if fresh else None) as pool:
        yield from pool.imap(_say, requests, chunksize=1)


def _say(request: tuple[Voice, str]) -> Utterance:
    voice, text = request
    said = voice.say(text)
    if len(said.spans) != len(text.split()):
        raise ValueError(
            f"{voice}: {len(text.split())} words written, {len(said.spans)} spoken: {text}"
        )
    return said
