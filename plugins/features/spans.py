"""Which windows belong to the spans of speech."""

import numpy as np


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
