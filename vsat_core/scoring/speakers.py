"""Word error rate by speaker: whose words were recognised, and were they given to the right
speaker.

cpWER: Watanabe et al., "CHiME-6 Challenge", 2020, section 3.2. tcpWER: von Neumann et al.,
"MeetEval", 2023.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping

import attrs
import numpy as np
from scipy.optimize import linear_sum_assignment

from vsat_core.formats.records import Segment
from vsat_core.scoring.counts import Counts
from vsat_core.scoring.edit import Windows, error_counts, overlapping
from vsat_core.scoring.timing import TimedWords, timed_words
from vsat_core.scoring.words import ErrorCounts, errors_by_word, numbered, word_errors

NO_WORDS = TimedWords((), np.zeros((0, 2)))
Streams = Mapping[str, TimedWords]


@attrs.frozen
class SpeakerErrors(Counts):
    """Word errors after the best pairing of speakers; `assignment` holds (reference, result), None
    for no partner.

    When recordings are added the assignments are dropped.
    """

    words: ErrorCounts = ErrorCounts()
    missed_speakers: int = 0
    invented_speakers: int = 0
    speakers: int = 0
    assignment: tuple[tuple[str | None, str | None], ...] = ()

    def __add__(self, other: SpeakerErrors) -> SpeakerErrors:
        return attrs.evolve(super().__add__(other), assignment=())

    @property
    def rate(self) -> float:
        """Errors per reference word."""
        return self.words.rate


def streams_of(
    segments: Iterable[Segment], normaliser: Callable[[str], list[str]]
) -> dict[str, TimedWords]:
    """Every speaker's words in order of time. A segment without a speaker belongs to the speaker
    "".
    """
    by_speaker: dict[str, list[Segment]] = {}
    for segment in segments:
        by_speaker.setdefault(segment.speaker or "", []).append(segment)
    return {who: timed_words(rows, normaliser) for who, rows in sorted(by_speaker.items())}


def speaker_errors(
    reference: Streams, result: Streams, collar_s: float | None = None
) -> SpeakerErrors:
    """cpWER, or with a collar tcpWER.

    Each speaker's words are joined in order of time; reference and result speakers are paired one
    to one so that the errors are fewest, a speaker without a partner is all deletions or
    insertions. With `collar_s` a word can only match (or be substituted by) one whose time
    overlaps: the interval of the reference word against the middle of the result's word, widened by
    the collar on each side.
    """
    pairs = assignment(reference, result, collar_s)
    total = ErrorCounts()
    for a, b in pairs:
        one, other = _stream(reference, a), _stream(result, b)
        total += word_errors(one.words, other.words, _windows(one, other, collar_s))
    extra = len(result) - len(reference)
    return SpeakerErrors(total, max(-extra, 0), max(extra, 0), len(reference), tuple(pairs))


def assignment(
    reference: Streams, result: Streams, collar_s: float | None
) -> list[tuple[str | None, str | None]]:
    """The pairs of speakers with the fewest errors, in the order of the reference, then those
    without a partner.
    """
    who_reference, who_result = list(reference), list(result)
    size = max(len(who_reference), len(who_result))
    cost = np.zeros((size, size))
    words = numbered(*(s.words for s in reference.values()), *(s.words for s in result.values()))
    left, right = words[: len(who_reference)], words[len(who_reference) :]
    for i in range(size):
        for j in range(size):
            if i < len(left) and j < len(right):
                windows = _windows(reference[who_reference[i]], result[who_result[j]], collar_s)
                cost[i, j] = sum(error_counts(left[i], right[j], windows))
            else:
                cost[i, j] = len(left[i]) if i < len(left) else len(right[j])
    rows, columns = linear_sum_assignment(cost)
    return [
        (who_reference[i] if i < len(left) else None, who_result[j] if j < len(right) else None)
        for i, j in zip(rows.tolist(), columns.tolist(), strict=True)
    ]


def errors_by_time(
    reference: Streams,
    result: Streams,
    pairs: Iterable[tuple[str | None, str | None]],
    collar_s: float | None,
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Where the errors of `speaker_errors` lie: float64 times in s, int64 errors and int64
    reference words there.

    Errors lie in the middle of their reference word; words of a speaker without a reference at
    their own middle.
    """
    times, errors, lengths = [np.zeros(0)], [np.zeros(0, np.int64)], [np.zeros(0, np.int64)]
    for a, b in pairs:
        one, other = _stream(reference, a), _stream(result, b)
        owner = one if one.words else other
        times.append(owner.times_s.mean(axis=1))
        lengths.append(np.full(len(owner.words), bool(one.words), np.int64))
        if one.words:
            errors.append(errors_by_word(one.words, other.words, _windows(one, other, collar_s)))
        else:
            errors.append(np.ones(len(other.words), np.int64))
    return np.concatenate(times), np.concatenate(errors), np.concatenate(lengths)


def _stream(streams: Streams, who: str | None) -> TimedWords:
    return NO_WORDS if who is None else streams[who]


def _windows(reference: TimedWords, result: TimedWords, collar_s: float | None) -> Windows | None:
    return None if collar_s is None else overlapping(reference.times_s, result.centres(collar_s))
