"""spread.vectorized: the rules of spread_baseline with whole utterances at once; exact, as energies
are integers.
"""

from __future__ import annotations

import numpy as np

from vsat_core.artifacts import SAMPLE_RATE, Audio, Texts, Utterances, Words
from vsat_core.plugin import NoParams, Run
from vsat_plugins.align import Spread
from vsat_plugins.align.spread_baseline import (
    FRAME,
    LOUD_PERCENT,
    QUIET_PERCENT,
    integers,
    snapped,
    threshold,
    weight_of,
)
from vsat_plugins.align.timed import Times, bounds_of, collected, passed_on


def energies_of(samples: np.ndarray) -> np.ndarray:
    """Energy of each frame, int64 (n_frames,); the last frame may be short."""
    values = np.zeros(-(-len(samples) // FRAME) * FRAME, np.int64)
    values[: len(samples)] = integers(samples)
    frames = values.reshape(-1, FRAME)
    return np.einsum("ij,ij->i", frames, frames)


def voiced_frames(samples: np.ndarray, params: Spread) -> np.ndarray:
    """Numbers of the voiced frames of one utterance, int64."""
    energies = energies_of(samples)
    last = len(energies) - 1
    quiet, loud = last * QUIET_PERCENT // 100, last * LOUD_PERCENT // 100
    ranked = np.partition(energies, (quiet, loud))
    loud_enough = energies >= threshold(int(ranked[quiet]), int(ranked[loud]), params)
    found = np.flatnonzero(loud_enough)
    if not len(found):
        return np.arange(len(energies))
    gap = np.diff(found) - 1
    bridged = np.flatnonzero((gap > 0) & (gap * FRAME < params.min_pause_s * SAMPLE_RATE))
    change = np.zeros(len(energies) + 1, np.int64)
    np.add.at(change, found[bridged] + 1, 1)
    np.add.at(change, found[bridged + 1], -1)
    return np.flatnonzero(loud_enough | (np.cumsum(change[:-1]) > 0))


def spread(words: list[str], start: int, end: int, voiced: np.ndarray) -> Times:
    """Times of the words of an utterance from sample `start` to `end`, given its voiced frames."""
    ends = np.cumsum([weight_of(w) for w in words])
    share = len(voiced) * FRAME * np.concatenate(([0], ends)) // ends[-1]
    pauses = (np.flatnonzero(np.diff(voiced) > 1) + 1) * FRAME
    bounds = np.array(snapped(share.tolist(), pauses.tolist()))
    first, last = bounds[:-1], np.maximum(bounds[1:] - 1, bounds[:-1])

    def place(k: np.ndarray) -> np.ndarray:
        return np.minimum(start + voiced[k // FRAME] * FRAME + k % FRAME, end - 1)

    return list(zip(place(first).tolist(), (place(last) + 1).tolist(), strict=True))


def spread_text(audio: Audio, start: int, end: int, text: str, params: Spread) -> Times:
    """Times of the words of one utterance."""
    words = text.split()
    return (
        spread(words, start, end, voiced_frames(audio.samples[start:end], params)) if words else []
    )


class Vectorized:
    """Words spread over the voiced part of their utterance."""

    def __init__(self, params: Spread, tuning: NoParams) -> None:
        self.params = params
        self.tuning = tuning

    def prepare(self) -> None:
        """Nothing to load."""

    def __call__(self, audio: Audio, utterances: Utterances, texts: Texts, *, run: Run) -> Words:
        words = passed_on(audio, utterances, texts)
        if words is not None:
            return words
        times = []
        for (start, end), text in zip(bounds_of(utterances), texts.text, strict=True):
            times.append(spread_text(audio, start, end, text, self.params))
            run.progress(end)
        return collected(audio, utterances, texts, times)
