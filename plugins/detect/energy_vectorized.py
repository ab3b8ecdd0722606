"""`energy.vectorized`: cumulative sums for the levels, partitions for the floor, by NumPy."""

from vsat_plugins.detect.energy import Energy


class Vectorized(Energy):
    """As energy.py computes."""
