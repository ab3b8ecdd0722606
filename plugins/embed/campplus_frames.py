"""What the CAM++ network hears of a window, and which windows go through it together."""
from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from vsat_core.artifacts import Features
from vsat_plugins.embed.windows import Piece

STEP_FRAMES = 4  # windows are filled up to a multiple of this, so that many have one length


def frames_of(features: Features, pieces: list[Piece]) -> np.ndarray:
    """A window's frames without their mean, float32 (n, n_bins); n may be 0."""
    rows = np.concatenate([features.rows(p.start, p.end) for p in pieces])
    return rows - rows.mean(0) if len(rows) else rows


def filled(frames: np.ndarray) -> np.ndarray:
    """The same frames, begun again from the first until their number is a multiple of STEP_FRAMES."""
    return np.resize(frames, (-(-len(frames) // STEP_FRAMES) * STEP_FRAMES, frames.shape[1]))


def counts_of(features: Features, windows: list[list[Piece]]) -> np.ndarray:
    """How many frames each window has: int64 (n_windows,)."""
    return np.array([sum(len(features.rows(p.start, p.end)) for p in window) for window in windows], np.int64)


def batches(counts: np.ndarray, batch_frames: int) -> Iterator[np.ndarray]:
    """Window numbers that go through the network together: equal filled lengths, at most `batch_frames` frames."""
    steps = -(-counts // STEP_FRAMES)
    for step in np.unique(steps[steps > 0]):
        mine = np.flatnonzero(steps == step)
        size = max(1, batch_frames // int(step * STEP_FRAMES))
        yield from (mine[i : i + size] for i in range(0, len(mine), size))
