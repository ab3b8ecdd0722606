"""`mel40.vectorized`: many windows at once by NumPy and SciPy's FFT."""

from vsat_plugins.features.mel40 import FRONT_END
from vsat_plugins.features.strided import Strided


class Vectorized(Strided):
    """As strided.py computes."""

    front = FRONT_END
