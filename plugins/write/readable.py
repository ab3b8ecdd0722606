"""The transcript as people read it: `[unclear]` stands where speech was detected but no text is
trusted.
"""

from __future__ import annotations

import numpy as np

from vsat_core.artifacts import TextColumn, Transcript
from vsat_core.formats.records import UNCLEAR
from vsat_plugins.write.paragraphs import LONG_PAUSE


def readable(transcript: Transcript) -> Transcript:
    """The same transcript with a word `[unclear]` for each unclear stretch, in order of time.

    Stretches of one speaker with no word between them are one, unless a long pause parts them.
    """
    t = transcript
    if not len(t.unclear_start):
        return t
    words = list(zip(t.start.tolist(), t.end.tolist(), t.speaker.tolist(), t.text, strict=True))
    place = (
        np.searchsorted(np.maximum.accumulate(t.start), t.unclear_start, "right").tolist()
        if words
        else None
    )
    rows: list[tuple[int, int, int, str]] = []
    taken = 0
    stretches = zip(
        t.unclear_start.tolist(), t.unclear_end.tolist(), t.unclear_speaker.tolist(), strict=True
    )
    for i, (start, end, speaker) in enumerate(stretches):
        upto = max(place[i], taken) if place else 0
        rows += words[taken:upto]
        taken = upto
        before = rows[-1] if rows else None
        if before and before[2:] == (speaker, UNCLEAR) and start - before[1] < LONG_PAUSE:
            rows[-1] = (before[0], max(before[1], end), speaker, UNCLEAR)
        else:
            rows.append((start, end, speaker, UNCLEAR))
    rows += words[taken:]
    columns = np.array([row[:3] for row in rows], np.int64)
    return Transcript(
        TextColumn.of(row[3] for row in rows),
        columns[:, 0],
        columns[:, 1],
        columns[:, 2].astype(np.int32),
        np.zeros(len(rows), np.int32),
        t.turn_start,
        t.turn_end,
        t.turn_speaker,
    )
