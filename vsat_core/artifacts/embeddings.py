"""Acoustic features of the speech, and speaker embeddings made from them."""

from __future__ import annotations

import attrs
import numpy as np

from vsat_core.artifacts.base import Artifact, array


@attrs.frozen
class Features(Artifact):
    """Frames of the spoken spans only, one span after the other.

    `frames` float32 (n_frames, n_bins). Span k begins at sample `start[k]` (int64) and owns rows
    `offsets[k]:offsets[k + 1]`; its row j is a window of `window` samples from `start[k] + j *
    hop`.
    """

    frames: np.ndarray = array("float32", 2)
    start: np.ndarray = array("int64")
    offsets: np.ndarray = array("int64")
    hop: int
    window: int

    def rows(self, begin: int, end: int) -> np.ndarray:
        """The frames whose windows lie within samples begin..end; both must be inside one span."""
        span = int(np.searchsorted(self.start, begin, "right")) - 1
        if span < 0:
            return self.frames[:0]
        base, top = int(self.offsets[span]), int(self.offsets[span + 1])
        first = base + -(-(begin - int(self.start[span])) // self.hop)
        last = base + (end - int(self.start[span]) - self.window) // self.hop + 1
        return self.frames[min(first, top) : max(min(first, top), min(last, top))]


@attrs.frozen
class Embeddings(Artifact):
    """Speaker embeddings: `vectors` float32 (n, dim), each of the sound `start..end` within Speech
    segment `segment`.
    """

    vectors: np.ndarray = array("float32", 2)
    start: np.ndarray = array("int64")
    end: np.ndarray = array("int64")
    segment: np.ndarray = array("int64")
