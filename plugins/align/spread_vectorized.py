"""spread.vectorized: the rules of `spread` for all frames and words of an utterance at once."""

import numpy as np

from vsat_core.artifacts import SAMPLE_RATE, Audio
from vsat_plugins.align import SpreadParams
from vsat_plugins.align.spread import (
    FRAME,
    LOUD_PERCENT,
    QUIET_PERCENT,
    integers,
    snapped,
    threshold,
    weight_of,
)
from vsat_plugins.align.timed import ByUtterance, Times


def energies_of(samples: np.ndarray) -> np.ndarray:
    """Energy of each frame, int64 (n_frames,); the last frame may be short."""
    values = np.zeros(-(-len(samples) // FRAME) * FRAME, np.int64)
    values[: len(samples)] = integers(samples)
    frames = values.reshape(-1, FRAME)
    return np.einsum("ij,ij->i", frames, frames)


def voiced_frames(samples: np.ndarray, params: SpreadParams) -> np.ndarray:
    """Numbers of the voiced frames of one utterance, int64."""
    energies = energies_of(samples)
    last = len(energies) - 1
    quiet, loud = last * QUIET_PERCENT // 100, last * LOUD_PERCENT // 100
    ranked = np.partition(energies, (quiet, loud))
    loud_enough = energies >= threshold(int(ranked[quiet]), int(ranked[loud]), params)
    voiced = np.flatnonzero(loud_enough)
    if not len(voiced):
        return np.arange(len(energies))
    gap = np.diff(voiced) - 1
    bridged = np.flatnonzero((gap > 0) & (gap * FRAME < params.min_pause_s * SAMPLE_RATE))
    change = np.zeros(len(energies) + 1, np.int64)
    np.add.at(change, voiced[bridged] + 1, 1)
    np.add.at(change, voiced[bridged + 1], -1)
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


class Vectorized(ByUtterance):
    """NumPy."""

    def placed(self, audio: Audio, start: int, end: int, words: list[str]) -> Times:
        """Times of the words of one utterance."""
        return spread(words, start, end, voiced_frames(audio.samples[start:end], self.params))
