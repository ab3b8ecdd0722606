"""Statistics of many windows at once: each frame's cepstra are computed once for all windows it is
in.
"""

from __future__ import annotations

import numpy as np

from vsat_core.artifacts import Embeddings, Features, Speech
from vsat_core.contract.threads import map_threads
from vsat_core.plugin import Embed, Run
from vsat_plugins.embed import StatsParams
from vsat_plugins.embed.stats import cosine_basis, normalised
from vsat_plugins.embed.windows import Window, frame_numbers, windows_of

BLOCK_WINDOWS = 128  # their cepstra stay in a core's cache


class Blocks(Embed):
    """A block of windows on each thread."""

    params: StatsParams

    def threads(self) -> int:
        """Number of blocks computed at once."""
        return 1

    def statistics(
        self, frames: np.ndarray, which: np.ndarray, counts: np.ndarray, basis: np.ndarray
    ) -> np.ndarray:
        """Means of cepstra 1, 2, ... and deviations of all, float64 (n_windows, 2 * n_cepstra - 1).

        `frames` (n, n_bins); `which` of them the windows have one after the other and `counts`, the
        number of each, int64; `basis` (n_bins, n_cepstra).
        """
        raise NotImplementedError

    def __call__(self, features: Features, speech: Speech, *, run: Run) -> Embeddings:
        basis = cosine_basis(features.frames.shape[1], self.params.cepstra)
        windows = windows_of(speech, self.params)
        blocks = [windows[i : i + BLOCK_WINDOWS] for i in range(0, len(windows), BLOCK_WINDOWS)]

        def computed(block: list[Window]) -> tuple[list[Window], list[np.ndarray]]:
            numbers, counts = frame_numbers(features, block)
            known = [window for window, n in zip(block, counts, strict=True) if n]
            if not known:
                return [], []
            rows, which = np.unique(numbers, return_inverse=True)
            frames = features.frames[rows]
            return known, [self.statistics(frames, which, counts[counts > 0], basis)]

        known: list[Window] = []
        values: list[np.ndarray] = []
        results = map_threads(computed, blocks, self.threads())
        for block, (some, rows) in zip(blocks, results, strict=True):
            known += some
            values += rows
            run.progress(block[-1][-1].end)
        return normalised(features, speech, known, values, self.params)
