"""stats.batched: all windows of a block as one padded tensor of torch."""

from __future__ import annotations

import numpy as np
import torch

from vsat_core.contract.threads import thread_count
from vsat_core.plugin import ThreadsOrDevice
from vsat_plugins._kernels.devices import OnOneThread
from vsat_plugins.embed.levels import POWER_FLOOR
from vsat_plugins.embed.stats_blocks import Blocks


def padded(which: np.ndarray, counts: np.ndarray, beyond: int) -> np.ndarray:
    """Rows of each window, and `beyond` from its end to that of the longest: int64 (windows,
    counts.max()).

    >>> padded(np.array([4, 5, 6, 5]), np.array([3, 1]), 9).tolist()
    [[4, 5, 6], [5, 9, 9]]
    """
    inside = np.arange(counts.max()) < counts[:, None]
    rows = np.full(inside.shape, beyond, np.int64)
    rows[inside] = which
    return rows


class Batched(OnOneThread, Blocks):
    """Double precision on either device; sums run in one order, so the answer is the same each
    time.
    """

    tuning: ThreadsOrDevice

    def threads(self) -> int:
        """Number of blocks computed at once."""
        return 1 if self.tuning.device == "cuda" else thread_count(self.tuning.threads)

    def statistics(
        self, frames: np.ndarray, which: np.ndarray, counts: np.ndarray, basis: np.ndarray
    ) -> np.ndarray:
        """Means and deviations."""
        device = self.tuning.device
        x = torch.from_numpy(frames).to(device, torch.float64)
        if frames.shape[1] != 80:
            x = x.clamp_min_(POWER_FLOOR).log_()
        cepstra = x @ torch.from_numpy(basis).to(device)
        cepstra = torch.cat([cepstra, cepstra.new_zeros(1, basis.shape[1])])
        rows = torch.from_numpy(padded(which, counts, len(frames))).to(device)
        inside, n = (rows < len(frames))[..., None], torch.from_numpy(counts)[:, None].to(device)
        own = cepstra[rows]
        mean = own.sum(1) / n
        variance = (own - mean[:, None]).square_().mul_(inside).sum(1) / n
        return torch.cat([mean[:, 1:], variance.sqrt_()], 1).cpu().numpy()
