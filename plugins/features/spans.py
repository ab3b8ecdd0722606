"""Which windows belong to the spoken spans, and the loop over them that every front end shares."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import numpy as np

from vsat_core.artifacts import Audio, Features, Speech
from vsat_core.contract.threads import map_threads
from vsat_core.plugin import Run

BLOCK_ROWS = 2048  # windows computed together

Compute = Callable[[np.ndarray, np.ndarray, np.ndarray], None]


def offsets_of(start: np.ndarray, end: np.ndarray, window: int, hop: int) -> np.ndarray:
    """Row offsets (n_spans + 1) int64 when only windows that fit into their span are kept.

    >>> offsets_of(np.array([0, 1000]), np.array([399, 1560]), 400, 160)
    array([0, 0, 2])
    """
    rows = np.maximum((end - start - window) // hop + 1, 0)
    return np.concatenate((np.zeros(1, np.int64), np.cumsum(rows, dtype=np.int64)))


def first_samples(start: np.ndarray, offsets: np.ndarray, rows: np.ndarray, hop: int) -> np.ndarray:
    """The sample at which the window of each row begins; int64 (n_rows,)."""
    span = np.searchsorted(offsets, rows, "right") - 1
    return start[span] + (rows - offsets[span]) * hop


def runs_of(first: np.ndarray, hop: int) -> Iterator[tuple[int, int]]:
    """Rows a..b whose windows follow each other by `hop`: the stretches of a block that one strided
    view can show.

    >>> list(runs_of(np.array([0, 160, 1000]), 160))
    [(0, 2), (2, 3)]
    """
    breaks = np.flatnonzero(np.diff(first) != hop) + 1
    return zip([0, *breaks.tolist()], [*breaks.tolist(), len(first)], strict=True)


def features_of(
    audio: Audio,
    speech: Speech,
    run: Run,
    *,
    window: int,
    hop: int,
    n_bins: int,
    compute: Compute,
    threads: int = 1,
) -> Features:
    """Features of the union of the speech, span by span.

    `compute(samples, first, out)` fills out float32 (n, n_bins) with the frames of the windows that
    begin at the samples first int64 (n,); it is given at most BLOCK_ROWS windows at once, on
    several threads if so asked. A span shorter than a window keeps its entry and has no rows.
    """
    start, end = speech.union()
    offsets = offsets_of(start, end, window, hop)
    n_rows = int(offsets[-1])
    frames = run.array((n_rows, n_bins), "float32")

    def block(begin: int) -> int:
        rows = np.arange(begin, min(begin + BLOCK_ROWS, n_rows))
        first = first_samples(start, offsets, rows, hop)
        compute(audio.samples, first, frames[begin : begin + len(rows)])
        return int(first[-1]) + window

    for reached in map_threads(block, range(0, n_rows, BLOCK_ROWS), threads):
        run.progress(reached)
    return Features(frames, start, offsets, hop, window)
