"""What the CAM++ network hears of a window."""

from __future__ import annotations

import numpy as np

from vsat_core.artifacts import Features
from vsat_plugins.embed.windows import Piece

DIM = 192
STEP_FRAMES = 4  # windows are filled up to a multiple of this, so that many have one length


def frames_of(features: Features, pieces: list[Piece]) -> np.ndarray:
    """A window's frames without their mean, begun again from the first until their number is a
    multiple of STEP_FRAMES.

    float32 (n, n_bins); n may be 0.
    """
    rows = np.concatenate([features.rows(p.start, p.end) for p in pieces])
    if not len(rows):
        return rows
    return np.resize(
        rows - rows.mean(0), (-(-len(rows) // STEP_FRAMES) * STEP_FRAMES, rows.shape[1])
    )
