"""The rows of Embeddings: windows, their vectors and their levels."""

from __future__ import annotations

import numpy as np

from vsat_core.artifacts import Embeddings, Features
from vsat_plugins.embed.levels import snr_of
from vsat_plugins.embed.windows import Window


def embeddings_of(features: Features, windows: list[Window], vectors: np.ndarray) -> Embeddings:
    """A row for every piece of every window, which must have frames; `vectors` (n_windows, dim) has
    one row a window.
    """
    rows = [(i, piece) for i, window in enumerate(windows) for piece in window]
    window = np.array([i for i, _ in rows], np.int64)
    return Embeddings(
        vectors[window].astype(np.float32, copy=False),
        np.array([piece.start for _, piece in rows], np.int64),
        np.array([piece.end for _, piece in rows], np.int64),
        np.array([piece.segment for _, piece in rows], np.int64),
        snr_db=snr_of(features, windows)[window],
    )
