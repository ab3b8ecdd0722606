"""spread.baseline: the rules of `spread`, frame by frame and word by word."""

from itertools import accumulate, pairwise

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


def voiced_frames(samples: np.ndarray, params: SpreadParams) -> list[int]:
    """Numbers of the voiced frames of one utterance, float32 (n_samples,); a last part of a frame
    counts as one.
    """
    energies = []
    for at in range(0, len(samples), FRAME):
        frame = integers(samples[at : at + FRAME])
        energies.append(int(frame @ frame))
    ranked = sorted(energies)
    last = len(ranked) - 1
    limit = threshold(
        ranked[last * QUIET_PERCENT // 100], ranked[last * LOUD_PERCENT // 100], params
    )
    out: list[int] = []
    for k, energy in enumerate(energies):
        if energy >= limit:
            gap = k - out[-1] - 1 if out else 0
            bridged = gap * FRAME < params.min_pause_s * SAMPLE_RATE
            out += range(k - gap if bridged else k, k + 1)
    return out or list(range(len(energies)))


def spread(words: list[str], start: int, end: int, voiced: list[int]) -> Times:
    """Times of the words of an utterance from sample `start` to `end`, given its voiced frames.

    >>> spread(["ab", "cde"], 1000, 3000, [0, 1, 2, 8, 9, 10])
    [(1000, 1480), (2280, 2760)]
    """
    room = len(voiced) * FRAME
    ends = list(accumulate(weight_of(w) for w in words))
    pauses = [k * FRAME for k in range(1, len(voiced)) if voiced[k] > voiced[k - 1] + 1]
    bounds = snapped([room * weight // ends[-1] for weight in (0, *ends)], pauses)

    def place(k: int) -> int:
        return min(start + voiced[k // FRAME] * FRAME + k % FRAME, end - 1)

    times = []
    for first, last in pairwise(bounds):
        times.append((place(first), max(place(first), place(max(first, last - 1))) + 1))
    return times


class Baseline(ByUtterance):
    """The specification."""

    def placed(self, audio: Audio, start: int, end: int, words: list[str]) -> Times:
        """Times of the words of one utterance."""
        return spread(words, start, end, voiced_frames(audio.samples[start:end], self.params))
