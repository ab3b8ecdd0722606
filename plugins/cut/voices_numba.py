"""voices.numba: pieces of one voice, split as pauses.numba does."""

from vsat_plugins.cut import pauses_numba
from vsat_plugins.cut.voices import Voices


class Numba(Voices, pauses_numba.Numba):
    """Joins by voice."""
