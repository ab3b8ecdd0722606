"""`mel40.numba`: eight windows at a time, compiled."""

from vsat_plugins.features.compiled import Compiled
from vsat_plugins.features.mel40 import FRONT_END


class Numba(Compiled):
    """As compiled.py computes."""

    front = FRONT_END
