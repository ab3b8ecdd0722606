"""greedy.baseline: compares each embedding with every earlier one, group by group.

The similarity of embedding v to the average direction of group G is the sum of v.m over members m,
over the length of their sum; that length's square is the sum of m.m' over all pairs of members, and
grows as members come.
"""

import numpy as np

from vsat_core.plugin import Run
from vsat_plugins.cluster.greedy import Greedy
from vsat_plugins.cluster.units import Units


class Baseline(Greedy):
    """The specification."""

    def one_pass(self, units: Units, least: float, run: Run) -> np.ndarray:
        """A group for each embedding."""
        labels = np.zeros(len(units), np.int64)
        members: list[list[int]] = []
        squares: list[float] = []
        for i, vector in enumerate(units.vectors):
            run.progress(int(units.center[i]))
            sums = [float((units.vectors[group] @ vector).sum()) for group in members]
            similarity = [s / length**0.5 for s, length in zip(sums, squares, strict=True)]
            best = similarity.index(max(similarity)) if similarity else 0
            if not similarity or similarity[best] < least:
                best = len(members)
                members.append([])
                squares.append(0.0)
                sums.append(0.0)
            squares[best] += 2 * sums[best] + float(vector @ vector)
            members[best].append(i)
            labels[i] = best
        return labels
