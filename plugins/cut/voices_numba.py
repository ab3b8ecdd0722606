"""voices.numba: pieces of one voice, the quietest moment of a long one by a compiled loop."""

from __future__ import annotations

from vsat_plugins.cut import pauses_numba
from vsat_plugins.cut.voices import ByVoice


class Numba(ByVoice, pauses_numba.Numba):
    """As Baseline of voices."""
