"""pauses.numba: the quietest moment of a range by one compiled loop."""

import numpy as np
from numba import njit

from vsat_plugins.cut.pauses import FULL_SCALE, HOP, QUIET, Pauses


@njit(cache=True)
def quietest_hop(samples):
    """Where the quietest QUIET hops begin; the energy of a window is that of the one before, less
    the hop it leaves.
    """
    n_hops = len(samples) // HOP
    energies = np.zeros(n_hops, np.int64)
    total, least, best = 0, 0, 0
    for k in range(n_hops):
        for i in range(k * HOP, (k + 1) * HOP):
            value = np.int64(
                np.rint(min(max(samples[i], np.float32(-1)), np.float32(1)) * FULL_SCALE)
            )
            energies[k] += value * value
        total += energies[k]
        if k >= QUIET:
            total -= energies[k - QUIET]
        if k == QUIET - 1 or (k >= QUIET and total < least):
            least, best = total, k - QUIET + 1
    return best


class Numba(Pauses):
    """One pass over the range."""

    def prepare(self) -> None:
        """Compile."""
        samples = np.zeros(HOP, np.float32)
        samples.flags.writeable = False
        quietest_hop(samples)

    def quietest_hop(self, samples: np.ndarray) -> int:
        """The hop where the quietest 100 ms begin."""
        return int(quietest_hop(samples))
