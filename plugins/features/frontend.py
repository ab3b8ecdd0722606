"""What a front end computes, as numbers: one description that every fast technique works from."""

from __future__ import annotations

from collections.abc import Callable

import attrs
import numpy as np

from vsat_core.artifacts import Audio, Features, Speech
from vsat_core.plugin import Run
from vsat_plugins.features.spans import Compute, features_of


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

    def features(
        self, audio: Audio, speech: Speech, run: Run, compute: Compute, threads: int = 1
    ) -> Features:
        """Frames of the union of the speech, `BLOCK_ROWS` at a time."""
        return features_of(
            audio,
            speech,
            run,
            window=self.window,
            hop=self.hop,
            n_bins=self.n_bins,
            compute=compute,
            threads=threads,
        )

    def by_window(self, frame: Callable[[np.ndarray, np.ndarray], np.ndarray]) -> Compute:
        """Each window by itself: `frame(window, filters)` is given its own copy, in float64."""

        def compute(samples: np.ndarray, first: np.ndarray, out: np.ndarray) -> None:
            for row, begin in enumerate(first.tolist()):
                out[row] = frame(
                    samples[begin : begin + self.window].astype(np.float64), self.filters
                )

        return compute
