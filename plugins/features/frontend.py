"""A front end as numbers, which every fast technique works from, and the loop over the speech that
all techniques share.
"""

from abc import abstractmethod
from collections.abc import Callable
from typing import ClassVar

import attrs
import numpy as np

from vsat_core.artifacts import Audio, Features, Speech
from vsat_core.contract.threads import map_threads
from vsat_core.plugin import ExtractFeatures, Run
from vsat_plugins.features.spans import first_samples, offsets_of

BLOCK_ROWS = 2048  # windows computed together

# compute(samples, first, out) fills out float32 (n, n_bins) with the frames of the windows that
# begin at the samples first int64 (n,)
Compute = Callable[[np.ndarray, np.ndarray, np.ndarray], None]


@attrs.frozen(eq=False)
class FrontEnd:
    """From a window of samples to a frame.

    A window loses its mean if `centred`, then `emphasis` times its neighbour from every sample
    (from the first, that of itself), is multiplied by `shape` float64 (window,), transformed at
    `n_fft` points, and its power summed by `filters` float64 (n_fft // 2 + 1, n_bins); with a
    `floor`, a frame is the natural logarithm of what lies above it.
    """

    shape: np.ndarray
    n_fft: int
    filters: np.ndarray
    hop: int
    centred: bool = False
    emphasis: float = 0.0
    floor: float | None = None

    @property
    def window(self) -> int:
        """Samples of a window."""
        return len(self.shape)

    @property
    def n_bins(self) -> int:
        """Numbers of a frame."""
        return self.filters.shape[1]


class Extractor(ExtractFeatures):
    """Frames of the union of the speech: only windows that fit into a span, which keeps its entry
    if it is too short for any.
    """

    front: ClassVar[FrontEnd]

    @abstractmethod
    def compute(self) -> Compute:
        """What computes the frames of up to BLOCK_ROWS windows."""

    def threads(self) -> int:
        """How many blocks are computed at a time."""
        return 1

    def __call__(self, audio: Audio, speech: Speech, *, run: Run) -> Features:
        front, compute = self.front, self.compute()
        start, end = speech.union()
        offsets = offsets_of(start, end, front.window, front.hop)
        n_rows = int(offsets[-1])
        frames = run.array((n_rows, front.n_bins), "float32")

        def block(begin: int) -> int:
            rows = np.arange(begin, min(begin + BLOCK_ROWS, n_rows))
            first = first_samples(start, offsets, rows, front.hop)
            compute(audio.samples, first, frames[begin : begin + len(rows)])
            return int(first[-1]) + front.window

        for reached in map_threads(block, range(0, n_rows, BLOCK_ROWS), self.threads()):
            run.progress(reached)
        return Features(frames, start, offsets, front.hop, front.window)


class ByWindow(Extractor):
    """Each window by itself, in float64: the specification."""

    @abstractmethod
    def frame(self, window: np.ndarray) -> np.ndarray:
        """The frame (n_bins,) of one window of samples."""

    def compute(self) -> Compute:
        def each(samples: np.ndarray, first: np.ndarray, out: np.ndarray) -> None:
            for row, begin in enumerate(first.tolist()):
                window = samples[begin : begin + self.front.window]
                out[row] = self.frame(window.astype(np.float64))

        return each
