"""pauses.baseline: the quietest moment of a range hop by hop."""

import numpy as np

from vsat_plugins.cut.pauses import HOP, QUIET, Pauses, integers


class Baseline(Pauses):
    """The specification."""

    def quietest_hop(self, samples: np.ndarray) -> int:
        """The hop where the quietest 100 ms begin."""
        energies = []
        for at in range(0, len(samples), HOP):
            hop = integers(samples[at : at + HOP])
            energies.append(int(hop @ hop))
        sums = [sum(energies[k : k + QUIET]) for k in range(len(energies) - QUIET + 1)]
        return sums.index(min(sums))
