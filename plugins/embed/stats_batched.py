"""Voice prints by statistics in torch: all windows of a block as one padded tensor."""

from __future__ import annotations

import numpy as np
import torch

from vsat_core.artifacts import Embeddings, Features, Speech
from vsat_core.contract.threads import thread_count
from vsat_core.plugin import Run
from vsat_plugins.embed import NetworkTuning, StatsParams
from vsat_plugins.embed.stats import POWER_FLOOR, cosine_basis
from vsat_plugins.embed.stats_blocks import prints_by


def padded(which: np.ndarray, counts: np.ndarray, beyond: int) -> np.ndarray:
    """Rows of each window, and `beyond` from its end to that of the longest: int64 (windows,
    counts.max()).

    >>> padded(np.array([4, 5, 6, 5]), np.array([3, 1]), 9).tolist()
    [[4, 5, 6], [5, 9, 9]]
    """
    there = np.arange(counts.max()) < counts[:, None]
    rows = np.full(there.shape, beyond, np.int64)
    rows[there] = which
    return rows


class Batched:
    """Double precision on either device; sums run in one order, so the answer is the same each
    time.
    """

    def __init__(self, params: StatsParams, tuning: NetworkTuning) -> None:
        self.params, self.tuning = params, tuning

    def prepare(self) -> None:
        """Nothing to load."""

    def __call__(self, features: Features, speech: Speech, *, run: Run) -> Embeddings:
        """One vector a window; it stands in one row for every segment the window has a piece of."""
        torch.set_num_threads(1)
        device, n_bins = self.tuning.device, features.frames.shape[1]
        basis = torch.from_numpy(cosine_basis(n_bins, self.params.cepstra)).to(device)

        def statistics(frames: np.ndarray, which: np.ndarray, counts: np.ndarray) -> np.ndarray:
            x = torch.from_numpy(frames).to(device, torch.float64)
            if n_bins != 80:
                x = x.clamp_min_(POWER_FLOOR).log_()
            cepstra = torch.cat([x @ basis, x.new_zeros(1, basis.shape[1])])
            rows = torch.from_numpy(padded(which, counts, len(frames))).to(device)
            there, n = (rows < len(frames))[..., None], torch.from_numpy(counts)[:, None].to(device)
            mine = cepstra[rows]
            mean = mine.sum(1) / n
            variance = (mine - mean[:, None]).square_().mul_(there).sum(1) / n
            return torch.cat([mean[:, 1:], variance.sqrt_()], 1).cpu().numpy()

        threads = 1 if device == "cuda" else thread_count(self.tuning.threads)
        return prints_by(statistics, features, speech, self.params, run, threads)
