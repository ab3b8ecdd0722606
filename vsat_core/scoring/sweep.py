"""Time cut at every boundary: in each piece the speakers are constant. Integer nanoseconds, so that
counts add exactly.

Milliseconds and samples at 16 kHz are whole numbers of nanoseconds.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import attrs
import numpy as np

from vsat_core.formats.records import Turn

SECOND = 1_000_000_000  # ns


@attrs.frozen
class Spans:
    """Intervals with a label each: int64 (n,) start, end in ns, and label number; `labels` are the
    names.
    """

    start: np.ndarray
    end: np.ndarray
    label: np.ndarray
    labels: tuple[str, ...]

    @classmethod
    def of(cls, turns: Iterable[Turn]) -> Spans:
        """The turns of one recording; those of no length are dropped."""
        kept = [(nanoseconds(t.start_s), nanoseconds(t.end_s), t.speaker) for t in turns]
        kept = [row for row in kept if row[1] > row[0]]
        labels = sorted({who for _, _, who in kept})
        number = {name: i for i, name in enumerate(labels)}
        rows = np.array([(a, b, number[who]) for a, b, who in kept], np.int64).reshape(-1, 3)
        return cls(rows[:, 0], rows[:, 1], rows[:, 2], tuple(labels))


@attrs.frozen
class Pieces:
    """A recording in pieces: int64 `bounds` (n + 1,), `length` (n,) with 0 where a piece is not
    evaluated.

    `reference` and `result` are int64 (n, speakers): how many turns of each speaker are open. More
    than one of the same speaker is a fault of the file and counts as often as it is there, as in
    pyannote.metrics.
    """

    bounds: np.ndarray
    length: np.ndarray
    reference: np.ndarray
    result: np.ndarray


def nanoseconds(seconds: float) -> int:
    """A time as whole nanoseconds."""
    return round(seconds * SECOND)


def extent(*sides: Spans) -> tuple[np.ndarray, np.ndarray]:
    """From the first to the last boundary of all sides: start and end, one entry each or none."""
    starts = np.concatenate([s.start for s in sides])
    ends = np.concatenate([s.end for s in sides])
    return (starts.min(keepdims=True), ends.max(keepdims=True)) if len(starts) else (starts, ends)


def cut(
    reference: Spans,
    result: Spans,
    evaluated: tuple[np.ndarray, np.ndarray],
    collar: int = 0,
    skip_overlap: bool = False,
    also: Sequence[int] = (),
) -> Pieces:
    """The pieces of one recording, cut also at the times `also` (ns).

    Outside `evaluated` (start, end), within `collar` ns of a reference boundary on either side, and
    with `skip_overlap` where several reference turns are open, a piece's length is 0.
    """
    edges = np.concatenate([reference.start, reference.end])
    times = [edges, result.start, result.end, *evaluated, np.array(also, np.int64)]
    if collar:
        times += [edges - collar, edges + collar]
    bounds = np.unique(np.concatenate(times))
    active = _open(bounds, reference)
    counts = _depth(bounds, *evaluated) > 0
    if collar:
        counts &= _depth(bounds, edges - collar, edges + collar) == 0
    if skip_overlap:
        counts &= active.sum(axis=1) <= 1
    return Pieces(bounds, np.diff(bounds) * counts, active, _open(bounds, result))


def _depth(bounds: np.ndarray, start: np.ndarray, end: np.ndarray) -> np.ndarray:
    """How many of the intervals cover each piece; their ends are among the bounds."""
    n = len(bounds)
    change = np.bincount(np.searchsorted(bounds, start), minlength=n)
    change -= np.bincount(np.searchsorted(bounds, end), minlength=n)
    return np.cumsum(change)[: max(n - 1, 0)]


def _open(bounds: np.ndarray, spans: Spans) -> np.ndarray:
    """int64 (pieces, speakers): open turns of each speaker."""
    columns = [
        _depth(bounds, spans.start[spans.label == k], spans.end[spans.label == k])
        for k in range(len(spans.labels))
    ]
    return (
        np.stack(columns, axis=1) if columns else np.zeros((max(len(bounds) - 1, 0), 0), np.int64)
    )
