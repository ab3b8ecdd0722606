"""voices.baseline: pieces of one voice, split as pauses.baseline does."""

from vsat_plugins.cut import pauses_baseline
from vsat_plugins.cut.voices import Voices


class Baseline(Voices, pauses_baseline.Baseline):
    """Joins by voice."""
