"""voices.vectorized: pieces of one voice, split as pauses.vectorized does."""

from vsat_plugins.cut import pauses_vectorized
from vsat_plugins.cut.voices import Voices


class Vectorized(Voices, pauses_vectorized.Vectorized):
    """Joins by voice."""
