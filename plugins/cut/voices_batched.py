"""voices.batched: pieces of one voice, split as pauses.batched does."""

from vsat_plugins.cut import pauses_batched
from vsat_plugins.cut.voices import Voices


class Batched(Voices, pauses_batched.Batched):
    """Joins by voice."""
