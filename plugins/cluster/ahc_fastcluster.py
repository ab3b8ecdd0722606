"""ahc.fastcluster: the library fastcluster, in C++ (Müllner, Journal of Statistical Software 53(9),
2013).
"""

from vsat_core.plugin import Run
from vsat_plugins.cluster.ahc import Ahc, Tree
from vsat_plugins.cluster.ahc_distances import distances, tree_of
from vsat_plugins.cluster.units import Units


class Fastcluster(Ahc):
    """Nearest-neighbour chains on a float64 table with each pair once, overwritten."""

    def tree(self, units: Units, run: Run) -> Tree:
        """All merges."""
        import fastcluster

        table = distances(units, self.params.cannot_link_penalty, run)
        return tree_of(fastcluster.linkage(table, "average", preserve_input=False))
