"""pauses.numba: the quietest moment of a range by one compiled loop."""

from __future__ import annotations

import numpy as np
from numba import njit

from vsat_plugins.cut.pauses import FULL_SCALE, HOP, QUIET, Baseline


@njit(cache=True)
def quietest(samples, low, high):
    """As pauses.quietest: the energy of a window from that of the one before, less the hop it
    leaves.
    """
    n_hops = (high - low) // HOP
    if n_hops < QUIET:
        return (low + high) // 2
    energies = np.zeros(n_hops, np.int64)
    total, least, best = 0, 0, 0
    for k in range(n_hops):
        for i in range(low + k * HOP, low + (k + 1) * HOP):
            value = np.int64(
                np.rint(min(max(samples[i], np.float32(-1)), np.float32(1)) * FULL_SCALE)
            )
            energies[k] += value * value
        total += energies[k]
        if k >= QUIET:
            total -= energies[k - QUIET]
        if k == QUIET - 1 or (k >= QUIET and total < least):
            least, best = total, k - QUIET + 1
    return low + (best * 2 + QUIET) * HOP // 2


class Numba(Baseline):
    """One pass over the range."""

    def prepare(self) -> None:
        """Compile."""
        samples = np.zeros(1, np.float32)
        samples.flags.writeable = False
        quietest(samples, 0, 1)

    def quietest(self, samples: np.ndarray, low: int, high: int) -> int:
        """As Baseline."""
        return int(quietest(samples, low, high))
