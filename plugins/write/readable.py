"""The words as people read them: `[unclear]` stands where speech was detected but no text is
trusted.
"""

from __future__ import annotations

import numpy as np

from vsat_core.artifacts import TextColumn, Transcript
from vsat_core.formats.records import UNCLEAR
from vsat_plugins.write.paragraphs import LONG_PAUSE, Script


def readable(transcript: Transcript) -> Script:
    """The words with one `[unclear]` for each unclear stretch, in order of time.

    Stretches of one speaker with no word between them are one, unless a long pause parts them.
    """
    t = transcript
    place = np.searchsorted(np.maximum.accumulate(t.start), t.unclear_start, "right")
    place, speaker = np.maximum.accumulate(place), t.unclear_speaker
    new = np.ones(len(place), bool)
    new[1:] = (np.diff(place) != 0) | (np.diff(speaker) != 0)
    new[1:] |= t.unclear_start[1:] - np.maximum.accumulate(t.unclear_end)[:-1] >= LONG_PAUSE
    first = np.flatnonzero(new)
    end = np.maximum.reduceat(t.unclear_end, first)
    at = place[first]
    return Script(
        TextColumn.of(np.insert(np.array([*t.text], object), at, UNCLEAR)),
        np.insert(t.start, at, t.unclear_start[first]),
        np.insert(t.end, at, end),
        np.insert(t.speaker, at, speaker[first]),
        np.insert(np.array([*t.language], object), at, "").tolist(),
        t.names,
    )
