"""ahc.baseline: looks at every pair of groups before every step."""

import numpy as np

from vsat_core.plugin import Run
from vsat_plugins.cluster.ahc import Ahc
from vsat_plugins.cluster.ties import untied
from vsat_plugins.cluster.units import Units


class Baseline(Ahc):
    """The specification."""

    def group(self, units: Units, least: float, low: int, high: int, run: Run) -> np.ndarray:
        """A group for each embedding, int64 (n,), numbered by first appearance."""
        members = [[i] for i in range(len(units))]
        similarity = untied(units).similarity(self.params.cannot_link_penalty)
        np.fill_diagonal(similarity, -np.inf)
        while len(members) > low:
            run.progress(int(units.center[len(units) - len(members)]))
            a, b = sorted(np.unravel_index(int(similarity.argmax()), similarity.shape))
            if similarity[a, b] < least and len(members) <= high:
                break
            sizes = len(members[a]), len(members[b])
            mean = (sizes[0] * similarity[a] + sizes[1] * similarity[b]) / sum(sizes)
            similarity[a], similarity[:, a] = mean, mean
            similarity[a, a] = -np.inf
            similarity = np.delete(np.delete(similarity, b, 0), b, 1)
            members[a] += members.pop(b)
        labels = np.zeros(len(units), np.int64)
        for label, group in enumerate(members):
            labels[group] = label
        return labels
