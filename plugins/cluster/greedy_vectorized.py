"""greedy.vectorized: compares each embedding with the sum of every group."""

import numpy as np

from vsat_core.plugin import Run
from vsat_plugins.cluster.greedy import LOOK, Greedy
from vsat_plugins.cluster.units import Units


class Vectorized(Greedy):
    """NumPy."""

    def one_pass(self, units: Units, least: float, run: Run) -> np.ndarray:
        """A group for each embedding."""
        labels = np.zeros(len(units), np.int64)
        sums, lengths, n_groups = np.zeros_like(units.vectors), np.ones(len(units)), 0
        for i, vector in enumerate(units.vectors):
            if i % LOOK == 0:
                run.progress(int(units.center[i]))
            similarity = sums[:n_groups] @ vector / lengths[:n_groups]
            best = int(similarity.argmax()) if n_groups else 0
            if not n_groups or similarity[best] < least:
                best, n_groups = n_groups, n_groups + 1
            sums[best] += vector
            lengths[best] = np.linalg.norm(sums[best])
            labels[i] = best
        return labels
