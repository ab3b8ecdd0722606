"""What the techniques of `pauses` share: pieces of speech with a little sound around them, cut
at pauses rather than inside words.

Energies are sums of squared 24-bit integers, so that they do not depend on the order of adding and
every technique cuts at the same sample.
"""

from itertools import pairwise

import numpy as np

from vsat_core.artifacts import SAMPLE_RATE, Audio, Speech, Utterances
from vsat_core.plugin import Cut, Run
from vsat_plugins.cut import CutParams

Span = tuple[int, int]  # start and end in samples
Voiced = tuple[int, int, frozenset[int]]  # start, end, the known voices in it

HOP = 160  # 10 ms
FULL_SCALE = np.float32(1 << 23)
# hops over which the quietest moment is sought: shorter dips lie inside words (stop consonants)
QUIET = 10


def joined(spans: list[Voiced], target: int, max_pause: int) -> list[Span]:
    """Neighbours at most `max_pause` apart made one while the sum stays within `target` and has at
    most one known voice.

    >>> a, b = frozenset([1]), frozenset([2])
    >>> joined([(0, 4, a), (5, 8, a), (9, 12, b), (13, 14, frozenset()), (17, 18, b)], 20, 2)
    [(0, 8), (9, 14), (17, 18)]
    """
    out: list[Voiced] = []
    for start, end, voices in spans:
        first, last, before = out[-1] if out else (start, start, voices)
        both = before | voices
        if out and start - last <= max_pause and end - first <= target and len(both) <= 1:
            out[-1] = (first, end, both)
        else:
            out.append((start, end, voices))
    return [(start, end) for start, end, _ in out]


def padded(spans: list[Span], pad: int, n_samples: int) -> list[Span]:
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


def search_range(start: int, end: int, longest: int, shortest: int) -> Span:
    """Where to cut a piece that is too long: neither part may be too short, and the first is at
    least half of the longest where the rest needs no more than that.
    """
    low = start + max(shortest, min(longest // 2, end - start - longest))
    return low, min(start + longest, end - shortest)


class Pauses(Cut):
    """Utterances: disjoint, sorted, none longer than `max_s`; none where no speech was detected."""

    params: CutParams

    def __call__(self, audio: Audio, speech: Speech, *, run: Run) -> Utterances:
        p = self.params
        seconds = (p.target_s, p.max_s, p.max_pause_s, p.pad_s, p.min_s)
        target, longest, max_pause, pad, shortest = (round(s * SAMPLE_RATE) for s in seconds)
        spans = joined(self.spans(speech), min(target, longest), max_pause)
        pieces = padded(spans, pad, len(audio.samples))
        parts = self.parts(audio.samples, pieces, longest, shortest, run)
        columns = np.array(parts, np.int64).reshape(-1, 2)
        return Utterances(columns[:, 0], columns[:, 1])

    def spans(self, speech: Speech) -> list[Voiced]:
        """Stretches of speech, whatever the voices."""
        start, end = (column.tolist() for column in speech.union())
        return [(a, b, frozenset()) for a, b in zip(start, end, strict=True)]

    def parts(
        self, samples: np.ndarray, pieces: list[Span], longest: int, shortest: int, run: Run
    ) -> list[Span]:
        """The pieces, those that are too long split into parts at least `shortest` long."""
        out = []
        for start, end in pieces:
            while end - start > longest:
                at = self.quietest(samples, *search_range(start, end, longest, shortest))
                out.append((start, at))
                start = at
            out.append((start, end))
            run.progress(end)
        return out

    def quietest(self, samples: np.ndarray, low: int, high: int) -> int:
        """The middle of the 100 ms with the least energy that begin and end within samples
        low..high; the first of equals. Where there is no room for 100 ms, the middle of the range.
        """
        n_hops = (high - low) // HOP
        if n_hops < QUIET:
            return (low + high) // 2
        return middle_of(low, self.quietest_hop(samples[low : low + n_hops * HOP]))

    def quietest_hop(self, samples: np.ndarray) -> int:
        """Where the QUIET hops with the least energy begin, the first of equals; `samples` are
        whole hops.
        """
        raise NotImplementedError


def middle_of(low: int, hop: int) -> int:
    """The sample in the middle of the QUIET hops from this one on, counted from sample `low`."""
    return low + (hop * 2 + QUIET) * HOP // 2
