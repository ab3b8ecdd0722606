"""Acoustic features of the speech, and speaker embeddings made from them."""

from collections.abc import Sequence

import attrs
import numpy as np

from vsat_core.artifacts.base import Artifact, array, shape_of
from vsat_core.printable import counted


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

    def described(self) -> str:
        return f"{shape_of(self.frames)}, {counted(len(self.start), 'span')}"

    def rows(self, begin: int, end: int) -> np.ndarray:
        """The frames whose windows lie within samples begin..end; both must be inside one span."""
        span = int(np.searchsorted(self.start, begin, "right")) - 1
        if span < 0:
            return self.frames[:0]
        base, top = int(self.offsets[span]), int(self.offsets[span + 1])
        first = base + -(-(begin - int(self.start[span])) // self.hop)
        last = base + (end - int(self.start[span]) - self.window) // self.hop + 1
        return self.frames[min(first, top) : max(min(first, top), min(last, top))]


def _pair(values: Sequence[float]) -> tuple[float, float]:
    low, high = values
    return float(low), float(high)


@attrs.frozen
class Embeddings(Artifact):
    """Speaker embeddings: `vectors` float32 (n, dim), each of the sound `start..end` within Speech
    segment `segment`.

    `within_similarity` is the range in which the cosine similarity of two embeddings of one speaker
    lies with this method, from noisy rooms to clean lines; the default is that of CAM++ on 1.5 s.
    `snr_db` float32 (n,) is the level of each one's sound above the quietest of the recording; it
    is empty where a method does not tell.
    """

    vectors: np.ndarray = array("float32", 2)
    start: np.ndarray = array("int64")
    end: np.ndarray = array("int64")
    segment: np.ndarray = array("int64")
    within_similarity: tuple[float, float] = attrs.field(default=(0.5, 0.75), converter=_pair)
    snr_db: np.ndarray = array("float32", optional=True)

    def __attrs_post_init__(self) -> None:
        if len(self.snr_db) not in (0, len(self.vectors)):
            raise ValueError("Embeddings: snr_db differs in length from vectors")

    def described(self) -> str:
        return shape_of(self.vectors)
