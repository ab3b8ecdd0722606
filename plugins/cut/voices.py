"""voices: as pauses, but neighbours in which different people talk stay apart where the detector
can tell.

A piece of one person is shorter, which the recogniser's decoder needs less time for, and it holds
one channel and one level. Speech without known voices is cut as `pauses` cuts it.
"""

from __future__ import annotations

import numpy as np

from vsat_core.artifacts import Audio, Speech, Utterances
from vsat_core.plugin import Run
from vsat_plugins.cut import pauses, pauses_vectorized
from vsat_plugins.cut.pauses import in_samples, padded, utterances_of

UNKNOWN = -1
Span = tuple[int, int, frozenset[int]]  # start, end, the voices heard


def spans_of(speech: Speech) -> list[Span]:
    """Where anybody talks, and which voices do; UNKNOWN is none."""
    start, end = speech.union()
    heard: list[set[int]] = [set() for _ in start]
    for i, voice in zip(
        np.searchsorted(start, speech.start, "right") - 1, speech.voice.tolist(), strict=True
    ):
        heard[i].add(voice)
    return [
        (a, b, frozenset(v - {UNKNOWN}))
        for a, b, v in zip(start.tolist(), end.tolist(), heard, strict=True)
    ]


def joined(spans: list[Span], target: int, max_pause: int) -> list[tuple[int, int]]:
    """Neighbours at most `max_pause` apart made one while the whole stays within `target` and one
    voice is heard.

    >>> a, b = frozenset([1]), frozenset([2])
    >>> joined([(0, 4, a), (5, 8, a), (9, 12, b), (13, 14, frozenset())], 20, 2)
    [(0, 8), (9, 14)]
    """
    out: list[Span] = []
    for start, end, voices in spans:
        if out:
            first, last, before = out[-1]
            if start - last <= max_pause and end - first <= target and len(before | voices) <= 1:
                out[-1] = (first, end, before | voices)
                continue
        out.append((start, end, voices))
    return [(start, end) for start, end, _ in out]


class ByVoice(pauses.Baseline):
    """Joins what `joined` says; a long piece is split as the other base of a class splits it."""

    def __call__(self, audio: Audio, speech: Speech, *, run: Run) -> Utterances:
        target, longest, max_pause, pad, shortest = in_samples(self.params)
        pieces = padded(
            joined(spans_of(speech), min(target, longest), max_pause), pad, len(audio.samples)
        )
        return utterances_of(self.parts(audio.samples, pieces, longest, shortest, run))


class Baseline(ByVoice):
    """Utterances: disjoint, sorted, none longer than `max_s`; none where no speech was detected."""


class Vectorized(ByVoice, pauses_vectorized.Vectorized):
    """The same, quietest moments by running sums."""
