"""pauses.baseline: pieces of speech with a little sound around them, cut where nobody is in the middle of a word."""
from __future__ import annotations

from itertools import pairwise

import numpy as np

from vsat_core.artifacts import SAMPLE_RATE, Audio, Speech, Utterances
from vsat_core.plugin import NoParams, Run
from vsat_plugins.cut import Pauses

HOP = 160  # 10 ms
QUIET = 10  # hops over which the quietest moment is sought: shorter dips lie inside words (stop consonants)


def joined(spans: list[tuple[int, int]], target: int, max_pause: int) -> list[tuple[int, int]]:
    """Neighbours at most `max_pause` apart made one while the whole stays within `target`.

    >>> joined([(0, 4), (5, 8), (9, 20)], 10, 2)
    [(0, 8), (9, 20)]
    """
    out: list[tuple[int, int]] = []
    for start, end in spans:
        if out and start - out[-1][1] <= max_pause and end - out[-1][0] <= target:
            out[-1] = (out[-1][0], end)
        else:
            out.append((start, end))
    return out


def padded(spans: list[tuple[int, int]], pad: int, n_samples: int) -> list[tuple[int, int]]:
    """Spans with up to `pad` more on both sides; neighbours share the pause between them, none leaves the recording.

    >>> padded([(1, 5), (8, 12)], 2, 13)
    [(0, 6), (6, 13)]
    """
    middles = [(a[1] + b[0]) // 2 for a, b in pairwise(spans)]
    lows, highs = [0, *middles], [*middles, n_samples]
    return [
        (max(start - pad, low), min(end + pad, high))
        for (start, end), low, high in zip(spans, lows, highs, strict=False)
    ]


def quietest(samples: np.ndarray, low: int, high: int) -> int:
    """The middle of the 100 ms with the least energy that begin and end within samples low..high; the first of equals.

    Where there is no room for 100 ms, the middle of the range.
    """
    n_hops = (high - low) // HOP
    if n_hops < QUIET:
        return (low + high) // 2
    frames = samples[low : low + n_hops * HOP].astype(np.float64).reshape(-1, HOP)
    energy = np.convolve((frames * frames).sum(axis=1), np.ones(QUIET), "valid")
    return low + (int(energy.argmin()) * 2 + QUIET) * HOP // 2


def split(samples: np.ndarray, start: int, end: int, longest: int, shortest: int) -> list[tuple[int, int]]:
    """Parts of start..end, each at most `longest` and at least `shortest` long, cut at the quietest moments."""
    parts = []
    while end - start > longest:
        # the first part may take so much that the rest is long enough, and needs no more than it must
        low = max(shortest, min(longest // 2, end - start - longest))
        high = min(longest, end - start - shortest)
        at = quietest(samples, start + low, start + high)
        parts.append((start, at))
        start = at
    return [*parts, (start, end)]


class Baseline:
    """Utterances: disjoint, sorted, none longer than `max_s`; none where no speech was detected."""

    def __init__(self, params: Pauses, tuning: NoParams) -> None:
        self.params = params
        self.tuning = tuning

    def prepare(self) -> None:
        """Nothing to load."""

    def __call__(self, audio: Audio, speech: Speech, *, run: Run) -> Utterances:
        target, longest, max_pause, pad, shortest = (
            round(s * SAMPLE_RATE)
            for s in (self.params.target_s, self.params.max_s, self.params.max_pause_s, self.params.pad_s,
                      self.params.min_s)
        )
        spans = list(zip(*(a.tolist() for a in speech.union()), strict=True))
        pieces: list[tuple[int, int]] = []
        for start, end in padded(joined(spans, min(target, longest), max_pause), pad, len(audio.samples)):
            pieces += split(audio.samples, start, end, longest, shortest)
            run.progress(end)
        columns = np.array(pieces, np.int64).reshape(-1, 2)
        return Utterances(columns[:, 0], columns[:, 1])
