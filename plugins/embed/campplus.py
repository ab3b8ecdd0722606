"""Voice prints by CAM++, many windows of one length through the network in one call."""
from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import torch

from vsat_core.artifacts import Embeddings, Features, Speech
from vsat_core.plugin import Run, Threads
from vsat_core.threads import spread, thread_count
from vsat_plugins.embed import CAMPPLUS, CampplusParams
from vsat_plugins.embed.campplus_net import DIM, CamPlus, load
from vsat_plugins.embed.windows import Lengths, Piece, embeddings_of, windows_of

BATCH_FRAMES = 4800  # 16 windows of 3 s: larger batches are no faster on a CPU
STEP_FRAMES = 4  # windows are filled up to a multiple of this, so that many have one length


def frames_of(features: Features, pieces: list[Piece]) -> np.ndarray:
    """A window's frames without their mean, float32 (n, n_bins); n may be 0."""
    rows = np.concatenate([features.rows(p.start, p.end) for p in pieces])
    return rows - rows.mean(0) if len(rows) else rows


def filled(frames: np.ndarray) -> np.ndarray:
    """The same frames, begun again from the first until their number is a multiple of STEP_FRAMES."""
    return np.resize(frames, (-(-len(frames) // STEP_FRAMES) * STEP_FRAMES, frames.shape[1]))


def batches(windows: list[list[Piece]], lengths: np.ndarray) -> Iterator[np.ndarray]:
    """Window numbers that go through the network together: equal lengths, at most BATCH_FRAMES frames."""
    steps = -(-lengths // STEP_FRAMES)
    for step in np.unique(steps[steps > 0]):
        mine = np.flatnonzero(steps == step)
        size = max(1, BATCH_FRAMES // int(step * STEP_FRAMES))
        yield from (mine[i : i + size] for i in range(0, len(mine), size))


class Batched:
    """Windows sorted by length, so that batches are full and nothing is padded with silence; a batch on each thread."""

    def __init__(self, params: CampplusParams, tuning: Threads) -> None:
        self.params, self.tuning = params, tuning
        self._net: CamPlus | None = None

    def prepare(self) -> None:
        """Load the network."""
        self._loaded()

    def _loaded(self) -> CamPlus:
        if self._net is None:
            self._net = load(CAMPPLUS.path())
        return self._net

    def __call__(self, features: Features, speech: Speech, *, run: Run) -> Embeddings:
        """One vector a window; it stands in one row for every segment the window has a piece of."""
        net = self._loaded()
        torch.set_num_threads(1)
        windows = windows_of(speech, Lengths.of(self.params))
        n_frames = np.array([sum(len(features.rows(q.start, q.end)) for q in w) for w in windows], np.int64)
        vectors = run.array((len(windows), DIM), "float32")

        def compute(batch: np.ndarray) -> np.ndarray:
            stack = np.stack([filled(frames_of(features, windows[i])) for i in batch])
            with torch.inference_mode():
                return net(torch.from_numpy(stack)).numpy()

        parts, done = list(batches(windows, n_frames)), 0
        for batch, prints in zip(parts, spread(compute, parts, thread_count(self.tuning.threads)), strict=True):
            vectors[batch] = prints
            done += int(n_frames[batch].sum())
            run.progress(speech.n_samples * done // int(n_frames.sum()))
        heard = np.flatnonzero(n_frames)
        return embeddings_of([windows[i] for i in heard], vectors[heard])
