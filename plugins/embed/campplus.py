"""Voice prints by CAM++, several windows of one length through the network in one call."""
from __future__ import annotations

from collections.abc import Callable

import numpy as np
import torch

from vsat_core.artifacts import Embeddings, Features, Speech
from vsat_core.plugin import Run
from vsat_core.threads import spread, thread_count
from vsat_plugins.embed import CAMPPLUS, CampplusParams, NetworkTuning
from vsat_plugins.embed.campplus_frames import batches, counts_of, filled, frames_of
from vsat_plugins.embed.campplus_net import DIM, CamPlus, load
from vsat_plugins.embed.windows import Lengths, embeddings_of, windows_of

BATCH_FRAMES = 1200  # 8 windows of 1.5 s: what a layer leaves for the next stays in a core's cache
CUDA_BATCH_FRAMES = 38_400  # a graphics card wants much at once


def prints_of(
    features: Features, speech: Speech, lengths: Lengths, network: Callable[[np.ndarray], np.ndarray],
    run: Run, batch_frames: int, threads: int,
) -> Embeddings:
    """One vector a window; it stands in one row for every segment the window has a piece of.

    `network` maps float32 (windows, frames, 80) to (windows, DIM); it is called with at most `batch_frames` frames (or
    one window) and by `threads` threads at once. Windows are sorted by length, so nothing is padded with silence.
    """
    windows = windows_of(speech, lengths)
    counts = counts_of(features, windows)
    vectors = run.array((len(windows), DIM), "float32")

    def compute(batch: np.ndarray) -> np.ndarray:
        return network(np.stack([filled(frames_of(features, windows[i])) for i in batch]))

    parts, done = list(batches(counts, batch_frames)), 0
    for batch, prints in zip(parts, spread(compute, parts, threads), strict=True):
        vectors[batch] = prints
        done += int(counts[batch].sum())
        run.progress(speech.n_samples * done // int(counts.sum()))
    heard = np.flatnonzero(counts)
    return embeddings_of([windows[i] for i in heard], vectors[heard])


class Batched:
    """Batches of windows of one length; on a processor one batch on each thread."""

    def __init__(self, params: CampplusParams, tuning: NetworkTuning) -> None:
        self.params, self.tuning = params, tuning
        self._net: CamPlus | None = None

    def prepare(self) -> None:
        """Load the network."""
        self._loaded()

    def _loaded(self) -> CamPlus:
        if self._net is None:
            self._net = load(CAMPPLUS.path()).to(self.tuning.device)
        return self._net

    def __call__(self, features: Features, speech: Speech, *, run: Run) -> Embeddings:
        """One vector a window; it stands in one row for every segment the window has a piece of."""
        net, device = self._loaded(), self.tuning.device
        torch.set_num_threads(1)

        def network(stack: np.ndarray) -> np.ndarray:
            with torch.inference_mode():
                return net(torch.from_numpy(stack).to(device)).cpu().numpy()

        frames, threads = (CUDA_BATCH_FRAMES, 1) if device == "cuda" else (
            BATCH_FRAMES, thread_count(self.tuning.threads))
        return prints_of(features, speech, Lengths.of(self.params), network, run, frames, threads)
