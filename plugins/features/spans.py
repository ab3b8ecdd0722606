"""Which windows belong to the spoken spans, and the loop over them that every front end shares."""
from __future__ import annotations

from collections.abc import Callable

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view

from vsat_core.artifacts import Audio, Features, Speech
from vsat_core.plugin import Run

BLOCK_ROWS = 2048  # windows computed together: about 15 MB whatever the length of the recording


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


def features_of(
    audio: Audio, speech: Speech, run: Run, *, window: int, hop: int, n_bins: int,
    compute: Callable[[np.ndarray], np.ndarray],
) -> Features:
    """Features of the union of the speech, span by span.

    `compute` turns windows float32 (n, window) into frames (n, n_bins); it is given at most BLOCK_ROWS windows at
    once, its own copy of them. A span shorter than a window keeps its entry and has no rows.
    """
    start, end = speech.union()
    offsets = offsets_of(start, end, window, hop)
    n_rows = int(offsets[-1])
    frames = run.array((n_rows, n_bins), "float32")
    for begin in range(0, n_rows, BLOCK_ROWS):
        rows = np.arange(begin, min(begin + BLOCK_ROWS, n_rows))
        first = first_samples(start, offsets, rows, hop)
        frames[begin : begin + len(rows)] = compute(sliding_window_view(audio.samples, window)[first])
        run.progress(int(first[-1]) + window)
    return Features(frames, start, offsets, hop, window)
