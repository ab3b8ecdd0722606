"""Artifacts of plain numbers."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from vsat_core.artifacts import Speech, Utterances


def columns(rows: Sequence[Sequence[float]], n: int) -> np.ndarray:
    """int64 (n, n_rows)."""
    return np.array(rows, np.int64).reshape(-1, n).T


def speech_of(rows: Sequence[tuple[int, int, int]], n_samples: int | None = None) -> Speech:
    """(start, end, voice) in samples, in any order; up to the last end where no length is given."""
    start, end, voice = columns(sorted(rows), 3)
    n = int(end.max(initial=0)) if n_samples is None else n_samples
    return Speech(start.copy(), end.copy(), voice.astype(np.int32), n)


def unknown(pairs: Sequence[tuple[int, int]], n_samples: int) -> Speech:
    """Speech of voices that the detector does not know, from (start, end) in samples."""
    return speech_of([(start, end, -1) for start, end in pairs], n_samples)


def utterances_of(spans: Sequence[tuple[int, int]]) -> Utterances:
    """(start, end) in samples."""
    return Utterances(*(column.copy() for column in columns(spans, 2)))
