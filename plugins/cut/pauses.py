"""pauses.baseline: pieces of speech with a little sound around them, cut where nobody is in the
middle of a word.

The specification of `pauses`: energies are sums of squared 24-bit integers, so that they do not
depend on the order of adding and every technique cuts at the same sample.
"""

from __future__ import annotations

from collections.abc import Callable
from itertools import pairwise

import numpy as np

from vsat_core.artifacts import SAMPLE_RATE, Audio, Speech, Utterances
from vsat_core.plugin import Run
from vsat_plugins.cut import Pauses

HOP = 160  # 10 ms
FULL_SCALE = np.float32(1 << 23)
# hops over which the quietest moment is sought: shorter dips lie inside words (stop consonants)
QUIET = 10


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
    """Spans with up to `pad` more on both sides; neighbours share the pause between them, none
    leaves the recording.

    >>> padded([(1, 5), (8, 12)], 2, 13)
    [(0, 6), (6, 13)]
    """
    middles = [(a[1] + b[0]) // 2 for a, b in pairwise(spans)]
    lows, highs = [0, *middles], [*middles, n_samples]
    return [
        (max(start - pad, low), min(end + pad, high))
        for (start, end), low, high in zip(spans, lows, highs, strict=False)
    ]


def integers(samples: np.ndarray) -> np.ndarray:
    """float32 -1..1 as int64 of 24 bits; what is beyond full scale counts as full scale."""
    return np.rint(np.clip(samples, -1, 1) * FULL_SCALE).astype(np.int64)


def quietest(samples: np.ndarray, low: int, high: int) -> int:
    """The middle of the 100 ms with the least energy that begin and end within samples low..high;
    the first of equals.

    Where there is no room for 100 ms, the middle of the range.
    """
    n_hops = (high - low) // HOP
    if n_hops < QUIET:
        return (low + high) // 2
    energies = []
    for at in range(low, low + n_hops * HOP, HOP):
        hop = integers(samples[at : at + HOP])
        energies.append(int(hop @ hop))
    sums = [sum(energies[k : k + QUIET]) for k in range(n_hops - QUIET + 1)]
    return low + (sums.index(min(sums)) * 2 + QUIET) * HOP // 2


def search_range(start: int, end: int, longest: int, shortest: int) -> tuple[int, int]:
    """Where to cut a piece that is too long: the first part may take so much that the rest is long
    enough, and needs no more than it must.
    """
    return start + max(shortest, min(longest // 2, end - start - longest)), min(
        start + longest, end - shortest
    )


def split(
    samples: np.ndarray,
    start: int,
    end: int,
    longest: int,
    shortest: int,
    at_quietest: Callable[[np.ndarray, int, int], int] = quietest,
) -> list[tuple[int, int]]:
    """Parts of start..end, each at most `longest` and at least `shortest` long, cut at the quietest
    moments.
    """
    parts = []
    while end - start > longest:
        at = at_quietest(samples, *search_range(start, end, longest, shortest))
        parts.append((start, at))
        start = at
    return [*parts, (start, end)]


class Baseline:
    """Utterances: disjoint, sorted, none longer than `max_s`; none where no speech was detected."""

    def __init__(self, params: Pauses, tuning: object) -> None:
        self.params = params
        self.tuning = tuning

    def prepare(self) -> None:
        """Nothing to load."""

    def __call__(self, audio: Audio, speech: Speech, *, run: Run) -> Utterances:
        target, longest, max_pause, pad, shortest = in_samples(self.params)
        spans = list(zip(*(a.tolist() for a in speech.union()), strict=True))
        pieces = padded(joined(spans, min(target, longest), max_pause), pad, len(audio.samples))
        return utterances_of(self.parts(audio.samples, pieces, longest, shortest, run))

    def parts(
        self,
        samples: np.ndarray,
        pieces: list[tuple[int, int]],
        longest: int,
        shortest: int,
        run: Run,
    ) -> list[tuple[int, int]]:
        """The pieces, those that are too long split."""
        out = []
        for start, end in pieces:
            out += split(samples, start, end, longest, shortest, self.quietest)
            run.progress(end)
        return out

    def quietest(self, samples: np.ndarray, low: int, high: int) -> int:
        """Where to cut between samples `low` and `high`."""
        return quietest(samples, low, high)


def in_samples(params: Pauses) -> tuple[int, ...]:
    """target_s, max_s, max_pause_s, pad_s and min_s."""
    return tuple(
        round(s * SAMPLE_RATE)
        for s in (params.target_s, params.max_s, params.max_pause_s, params.pad_s, params.min_s)
    )


def utterances_of(parts: list[tuple[int, int]]) -> Utterances:
    """The artifact."""
    columns = np.array(parts, np.int64).reshape(-1, 2)
    return Utterances(columns[:, 0], columns[:, 1])
