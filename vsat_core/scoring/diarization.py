"""Who spoke when: diarization error rate, Jaccard error rate, speech detection error, number of
speakers.

DER: NIST Rich Transcription evaluation plan RT-09, section 6.1. JER: Second DIHARD evaluation plan,
section 4.2.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import attrs
import numpy as np
from scipy.optimize import linear_sum_assignment

from vsat_core.formats.records import Region, Turn
from vsat_core.scoring.counts import Counts, ratio
from vsat_core.scoring.protocol import Protocol
from vsat_core.scoring.sweep import SECOND, Pieces, Spans, cut, extent, nanoseconds


@attrs.frozen
class DiarizationCounts(Counts):
    """Durations in nanoseconds, and speakers.

    `total` is reference speaker time (two at once count twice); `missed`, `false_alarm` and
    `confusion` are speaker time too. `speech`, `missed_speech` and `false_speech` ask only whether
    there is speech. `jaccard` is the sum over reference speakers of each one's Jaccard error.
    `evaluated` is the time scored.
    """

    total: int = 0
    missed: int = 0
    false_alarm: int = 0
    confusion: int = 0
    speech: int = 0
    missed_speech: int = 0
    false_speech: int = 0
    jaccard: float = 0.0
    scored_speakers: int = 0
    evaluated: int = 0

    @property
    def errors(self) -> int:
        """Missed, false and confused speaker time."""
        return self.missed + self.false_alarm + self.confusion

    @property
    def rate(self) -> float:
        """Diarization error rate."""
        return ratio(self.errors, self.total)

    @property
    def jaccard_rate(self) -> float:
        """Jaccard error rate: the mean over reference speakers; without any 0, or 1 with false
        alarms.
        """
        return ratio(
            self.jaccard if self.scored_speakers else self.false_alarm, self.scored_speakers
        )

    @property
    def detection_rate(self) -> float:
        """Missed and false speech over reference speech."""
        return ratio(self.missed_speech + self.false_speech, self.speech)


@attrs.frozen
class SpeakerCounts(Counts):
    """The number of speakers in the result against that of the reference."""

    recordings: int = 0
    exact: int = 0
    difference: int = 0
    reference: int = 0
    result: int = 0

    @property
    def mean_difference(self) -> float:
        """Mean of |result - reference| over recordings."""
        return ratio(self.difference, self.recordings)


@attrs.frozen
class Diarization:
    """One recording's turns against the reference's, ready to be scored under one protocol.

    Without `regions` the time from the first to the last boundary of both is evaluated. Speakers
    are paired so that they speak together for the longest time within what is evaluated.
    """

    pieces: Pieces
    partner: np.ndarray  # int64 (reference speakers,): the result's speaker, -1 for none
    speakers: SpeakerCounts

    @classmethod
    def of(
        cls,
        reference: Iterable[Turn],
        result: Iterable[Turn],
        protocol: Protocol,
        regions: Sequence[Region] | None = None,
        block_s: float | None = None,
    ) -> Diarization:
        """Cut the time into pieces and pair the speakers; pieces end at multiples of `block_s`, if
        given.
        """
        truth, guess = Spans.of(reference), Spans.of(result)
        evaluated = extent(truth, guess) if regions is None else _bounds(regions)
        also = _multiples(evaluated, block_s) if block_s else ()
        pieces = cut(
            truth, guess, evaluated, nanoseconds(protocol.collar_s), protocol.skip_overlap, also
        )
        whole = cut(truth, guess, evaluated)
        return cls(pieces, _partners(pieces), _speaker_counts(whole))

    def counts(self) -> DiarizationCounts:
        """The counts of the whole recording."""
        totals = {name: int(values.sum()) for name, values in self._durations().items()}
        speaking = _speaking(self.pieces.length, self.pieces.reference)
        return DiarizationCounts(
            **totals, jaccard=self._jaccard(), scored_speakers=int(speaking.sum())
        )

    def blocks(self, block_s: float) -> tuple[np.ndarray, np.ndarray]:
        """(errors, totals) in ns of every block of `block_s`, int64 (n,); cut with the same
        `block_s`.

        What lies beyond the last reference turn belongs to its block, so that all results have the
        same blocks.
        """
        durations = self._durations()
        block = self.pieces.bounds[:-1] // nanoseconds(block_s)
        spoken = block[(self.pieces.reference > 0).any(axis=1)]
        block = np.clip(block, 0, spoken.max(initial=0))
        errors = sum(durations[kind] for kind in ("missed", "false_alarm", "confusion"))
        sums = [np.bincount(block, v).astype(np.int64) for v in (errors, durations["total"])]
        return sums[0], sums[1]

    def _durations(self) -> dict[str, np.ndarray]:
        """Each kind of duration in every piece, int64 ns."""
        p = self.pieces
        n_reference, n_result = p.reference.sum(axis=1), p.result.sum(axis=1)
        paired = np.flatnonzero(self.partner >= 0)
        right = np.minimum(p.reference[:, paired], p.result[:, self.partner[paired]]).sum(axis=1)
        return {
            "total": p.length * n_reference,
            "missed": p.length * np.maximum(n_reference - n_result, 0),
            "false_alarm": p.length * np.maximum(n_result - n_reference, 0),
            "confusion": p.length * (np.minimum(n_reference, n_result) - right),
            "speech": p.length * (n_reference > 0),
            "missed_speech": p.length * ((n_reference > 0) & (n_result == 0)),
            "false_speech": p.length * ((n_result > 0) & (n_reference == 0)),
            "evaluated": p.length,
        }

    def _jaccard(self) -> float:
        """Sum over reference speakers of (missed + false) / union with the paired speaker; 1 for
        none.
        """
        p = self.pieces
        total = 0.0
        for k in np.flatnonzero(_speaking(p.length, p.reference)):
            if self.partner[k] < 0:
                total += 1
                continue
            reference, result = p.reference[:, k] > 0, p.result[:, self.partner[k]] > 0
            total += float(p.length @ (reference != result)) / float(
                p.length @ (reference | result)
            )
        return total


def _partners(pieces: Pieces) -> np.ndarray:
    """For each reference speaker the result's speaker of the pairing with most time together; -1
    for none.
    """
    together = (pieces.reference * pieces.length[:, None]).T @ pieces.result
    partner = np.full(len(together), -1, np.int64)
    rows, columns = linear_sum_assignment(together, maximize=True)
    partner[rows] = columns
    return partner


def _speaking(length: np.ndarray, active: np.ndarray) -> np.ndarray:
    """Which speakers speak at all in what is evaluated."""
    return length @ active > 0


def _speaker_counts(pieces: Pieces) -> SpeakerCounts:
    """Speakers within the evaluated region; collars and skipped overlap do not remove
    any.
    """
    reference, result = (
        int(_speaking(pieces.length, a).sum()) for a in (pieces.reference, pieces.result)
    )
    return SpeakerCounts(1, int(reference == result), abs(reference - result), reference, result)


def _bounds(regions: Sequence[Region]) -> tuple[np.ndarray, np.ndarray]:
    rows = np.array(
        [(nanoseconds(r.start_s), nanoseconds(r.end_s)) for r in regions], np.int64
    ).reshape(-1, 2)
    return rows[:, 0], rows[:, 1]


def _multiples(evaluated: tuple[np.ndarray, np.ndarray], block_s: float) -> Sequence[int]:
    """The block boundaries within the evaluated time."""
    size = nanoseconds(block_s)
    if not len(evaluated[0]):
        return ()
    return range(int(evaluated[0].min()) // size * size, int(evaluated[1].max()) + size, size)


def seconds(nanosecond_count: int) -> float:
    """A duration of DiarizationCounts in seconds."""
    return nanosecond_count / SECOND
