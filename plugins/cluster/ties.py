"""No two groups exactly as alike: what order of merging would otherwise depend on how a sum was
rounded.

Equal prints, and prints of silence, are equally like many others. Which of them meet first is open
in the method and changes what follows, so techniques that are all right could give different
speakers. As in Edelsbrunner and Mücke, "Simulation of Simplicity" (ACM Transactions on Graphics,
1990), the input is moved by less than matters until nothing is level: a network's own float32 is no
better than this.
"""

from __future__ import annotations

import attrs
import numpy as np

from vsat_plugins.cluster.units import Units

REACH = 1e-3  # of a print into the added dimension; similarities rise by at most its square


def untied(units: Units) -> Units:
    """The same prints with one more dimension, float64 (n, dim + 1), of a fixed random number for
    each place.

    Similarities rise by 2.5e-7 to 1e-6, each by another amount; a print of silence is no longer all
    zeros.
    """
    own = np.random.RandomState(1990).random_sample(
        len(units)
    )  # its numbers are promised never to change
    return attrs.evolve(units, vectors=np.column_stack([units.vectors, REACH * (1 + own) / 2]))
