"""ahc.vectorized: SciPy."""

from vsat_core.plugin import Run
from vsat_plugins.cluster.ahc import Ahc, Tree
from vsat_plugins.cluster.ahc_distances import distances, tree_of
from vsat_plugins.cluster.units import Units


class Vectorized(Ahc):
    """Nearest-neighbour chains on a float64 table with each pair once."""

    def tree(self, units: Units, run: Run) -> Tree:
        """All merges."""
        import scipy.cluster.hierarchy

        table = distances(units, self.params.cannot_link_penalty, run)
        return tree_of(scipy.cluster.hierarchy.linkage(table, "average"))
