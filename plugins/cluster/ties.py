"""Deterministic tie-breaking, so that merge order does not depend on summation order.

Equal embeddings, and embeddings of silence, are equally similar to many others. Which of them merge
first is open in the method and changes what follows, so correct techniques could give different
speakers. As in Edelsbrunner and Mücke, "Simulation of Simplicity" (ACM Transactions on Graphics,
1990), the input is moved by less than matters until there are no ties: a network's own float32 is
no better than this.
"""

import attrs
import numpy as np

from vsat_plugins.cluster.units import Units

REACH = 1e-3  # of an embedding into the added dimension; similarities rise by at most its square


def untied(units: Units) -> Units:
    """The same embeddings with one more dimension, float64 (n, dim + 1), a fixed random number
    for each place.

    Similarities rise by 2.5e-7 to 1e-6, each by another amount; an embedding of silence is no
    longer all zeros.
    """
    # RandomState's numbers are promised never to change
    own = np.random.RandomState(1990).random_sample(len(units))
    return attrs.evolve(units, vectors=np.column_stack([units.vectors, REACH * (1 + own) / 2]))
