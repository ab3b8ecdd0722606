"""Times of single words: estimated from segments, and how far a result's are from the
reference's.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from itertools import accumulate, pairwise

import attrs
import numpy as np

from vsat_core.formats.records import Segment
from vsat_core.scoring.edit import align, overlapping
from vsat_core.scoring.words import numbered


@attrs.frozen
class TimedWords:
    """Normalised words in order, and their times as float64 (n, 2), start and end in seconds."""

    words: tuple[str, ...]
    times_s: np.ndarray = attrs.field(eq=attrs.cmp_using(eq=np.array_equal))

    def centres(self, collar_s: float) -> np.ndarray:
        """float64 (n, 2): the middle of each word, widened by the collar on both sides."""
        middle = self.times_s.mean(axis=1, keepdims=True)
        return np.hstack([middle - collar_s, middle + collar_s])


def timed_words(segments: Iterable[Segment], normaliser: Callable[[str], list[str]]) -> TimedWords:
    """The words of segments, segments sorted by start.

    Words share the time of their segment in proportion to their letters, as meeteval's
    `character_based` does; a segment of one word (CTM) keeps its time.
    """
    words: list[str] = []
    times: list[tuple[float, float]] = []
    for segment in sorted(segments, key=lambda s: s.start_s):
        spoken = normaliser(segment.text)
        if spoken:
            share = list(accumulate((len(w) for w in spoken), initial=0))
            length = segment.end_s - segment.start_s
            edges = [segment.start_s + length * letters / share[-1] for letters in share]
            words += spoken
            times += pairwise(edges)
    return TimedWords(tuple(words), np.array(times, np.float64).reshape(-1, 2))


@attrs.frozen
class TimeErrors:
    """|start of the result - start of the reference| of every matched word, float64 (n,), seconds.
    They add.
    """

    differences_s: np.ndarray = attrs.field(
        factory=lambda: np.zeros(0), eq=attrs.cmp_using(eq=np.array_equal)
    )

    def __add__(self, other: TimeErrors) -> TimeErrors:
        return TimeErrors(np.concatenate([self.differences_s, other.differences_s]))

    def percentile_s(self, percent: float) -> float:
        """Seconds that `percent` % of the matched words stay below; nan without any."""
        return (
            float(np.percentile(self.differences_s, percent))
            if len(self.differences_s)
            else float("nan")
        )

    @property
    def median_s(self) -> float:
        """Half of the matched words are closer than this; nan without any."""
        return self.percentile_s(50)

    @property
    def p90_s(self) -> float:
        """Nine of ten matched words are closer than this; nan without any."""
        return self.percentile_s(90)


def word_time_errors(reference: TimedWords, result: TimedWords, collar_s: float) -> TimeErrors:
    """Start differences of equal words paired by a time-constrained alignment of all words, whoever
    spoke them.

    A word is looked for within `collar_s`, so no difference is much larger; the number of matched
    words says how much of the text the figure covers.
    """
    a, b = numbered(reference.words, result.words)
    pairs = align(a, b, overlapping(reference.times_s, result.centres(collar_s)))
    pairs = pairs[(pairs >= 0).all(axis=1)]
    pairs = pairs[a[pairs[:, 0]] == b[pairs[:, 1]]]
    return TimeErrors(np.abs(result.times_s[pairs[:, 1], 0] - reference.times_s[pairs[:, 0], 0]))
