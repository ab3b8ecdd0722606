"""What the techniques of `voices` share: as `pauses`, but neighbours with different voices stay
separate where the detector numbers voices.

A piece of one speaker is shorter, which the recogniser's decoder needs less time for, and it holds
one channel and one level. Speech without known voices is cut as `pauses` cuts it.
"""

import numpy as np

from vsat_core.artifacts import Speech
from vsat_plugins.cut.pauses import Pauses, Voiced

UNKNOWN = -1


class Voices(Pauses):
    """Before a technique of `pauses` in a list of bases: joins by voice, splits as that does."""

    def spans(self, speech: Speech) -> list[Voiced]:
        """Stretches of speech and the known voices in each."""
        start, end = speech.union()
        voices: list[set[int]] = [set() for _ in start]
        stretch = np.searchsorted(start, speech.start, "right") - 1
        for i, voice in zip(stretch, speech.voice.tolist(), strict=True):
            voices[i].add(voice)
        return [
            (a, b, frozenset(own - {UNKNOWN}))
            for a, b, own in zip(start.tolist(), end.tolist(), voices, strict=True)
        ]
