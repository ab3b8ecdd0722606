"""Voice prints by statistics, many windows at once: each frame's cepstra are computed once for all
windows it is in.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from vsat_core.artifacts import Embeddings, Features, Speech
from vsat_core.contract.threads import map_threads
from vsat_core.plugin import NoParams, Run
from vsat_plugins.embed import StatsParams
from vsat_plugins.embed.stats import cosine_basis, log_mel, prints_of, voices_of
from vsat_plugins.embed.windows import Lengths, Piece, embeddings_of, frame_numbers, windows_of

BLOCK_WINDOWS = 128  # their cepstra stay in a core's cache

# (frames (n, n_bins), which of them the windows have one after the other, how many each) to values
# (n_windows, dim)
Statistics = Callable[[np.ndarray, np.ndarray, np.ndarray], np.ndarray]


def prints_by(
    statistics: Statistics,
    features: Features,
    speech: Speech,
    params: StatsParams,
    run: Run,
    threads: int = 1,
) -> Embeddings:
    """One vector a window that has frames, by blocks of windows; `threads` blocks at once."""
    windows = windows_of(speech, Lengths.of(params))
    blocks = [windows[i : i + BLOCK_WINDOWS] for i in range(0, len(windows), BLOCK_WINDOWS)]

    def compute(block: list[list[Piece]]) -> tuple[list[list[Piece]], np.ndarray]:
        numbers, counts = frame_numbers(features, block)
        heard = [window for window, n in zip(block, counts, strict=True) if n]
        if not heard:
            return [], np.zeros((0, 2 * params.cepstra - 1))
        rows, which = np.unique(numbers, return_inverse=True)
        return heard, statistics(features.frames[rows], which, counts[counts > 0])

    heard: list[list[Piece]] = []
    values = [np.zeros((0, 2 * params.cepstra - 1))]
    for block, (some, found) in zip(blocks, map_threads(compute, blocks, threads), strict=True):
        heard += some
        values.append(found)
        run.progress(block[-1][-1].end)
    if not heard:
        return embeddings_of([], np.zeros((0, 2 * params.cepstra)))
    return embeddings_of(
        heard, prints_of(np.concatenate(values), voices_of(heard, speech), params.common)
    )


class Vectorized:
    """Sums over the windows of a block by one call each."""

    def __init__(self, params: StatsParams, tuning: NoParams) -> None:
        self.params, self.tuning = params, tuning

    def prepare(self) -> None:
        """Nothing to load."""

    def __call__(self, features: Features, speech: Speech, *, run: Run) -> Embeddings:
        """One vector a window; it stands in one row for every segment the window has a piece of."""
        basis = cosine_basis(features.frames.shape[1], self.params.cepstra)

        def statistics(frames: np.ndarray, which: np.ndarray, counts: np.ndarray) -> np.ndarray:
            cepstra = (log_mel(frames) @ basis)[which]
            first = np.cumsum(counts) - counts
            mean = np.add.reduceat(cepstra, first) / counts[:, None]
            cepstra -= np.repeat(mean, counts, axis=0)
            variance = np.add.reduceat(np.square(cepstra, out=cepstra), first) / counts[:, None]
            return np.hstack((mean[:, 1:], np.sqrt(variance)))

        return prints_by(statistics, features, speech, self.params, run)
