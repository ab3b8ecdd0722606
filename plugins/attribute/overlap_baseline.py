"""overlap.baseline: each word to the speaker whose turns cover most of it. The specification of
`overlap`.

1. A word belongs to the speaker whose turns together cover the most of its samples. Among equals
the one who began
   last before the word ends wins (who starts to talk over somebody is usually the one who goes on),
   then the lower number.
2. A word that no turn covers belongs to the nearest turn, if that is at most `max_gap_s` away. Of
two equally near the
   one before the word wins, then the lower number.
3. What is left goes to the speaker of the last word before it that has one, else of the first word
after it; and where
   no word has one, to the nearest turn. Only without any turn is the answer -1.
"""

from __future__ import annotations

import numpy as np

from vsat_core.artifacts import SAMPLE_RATE, Transcript, Turns, Words
from vsat_core.plugin import NoParams, Run
from vsat_plugins.attribute import Overlap

Turn = tuple[int, int, int]  # start, end, speaker


def covering(start: int, end: int, turns: list[Turn]) -> int | None:
    """The speaker of rule 1, None when no turn covers any of samples start..end.

    >>> covering(0, 10, [(0, 4, 0), (4, 20, 1)])
    1
    """
    covered: dict[int, int] = {}
    began: dict[int, int] = {}
    for first, last, who in turns:
        if first < end:
            began[who] = max(began.get(who, first), first)
            covered[who] = covered.get(who, 0) + max(0, min(end, last) - max(start, first))
    if not any(covered.values()):
        return None
    return max(covered, key=lambda who: (covered[who], began[who], -who))


def nearest(start: int, end: int, turns: list[Turn]) -> tuple[int, int]:
    """(gap in samples, speaker) of rule 2 for a word that no turn covers."""
    ranked = []
    for first, last, who in turns:
        after = first >= end
        ranked.append((first - end if after else start - last, after, who))
    gap, _, who = min(ranked)
    return gap, who


def filled(found: list[int | None], closest: list[int]) -> list[int]:
    """Rule 3: the gaps in `found`; `closest` has each word's nearest speaker.

    >>> filled([None, 2, None, 1], [0, 0, 0, 0])
    [2, 2, 2, 1]
    """
    known = [who for who in found if who is not None]
    if not known:
        return closest
    out, last = [], known[0]
    for who in found:
        last = last if who is None else who
        out.append(last)
    return out


def speakers_of(words: Words, turns: Turns, max_gap: int) -> list[int]:
    """The speaker of every word by the rules above."""
    rows: list[Turn] = list(
        zip(turns.start.tolist(), turns.end.tolist(), turns.speaker.tolist(), strict=True)
    )
    if not rows:
        return [-1] * len(words)
    found: list[int | None] = []
    closest: list[int] = []
    for start, end in zip(words.start.tolist(), words.end.tolist(), strict=True):
        who = covering(start, max(end, start + 1), rows)
        gap, near = (0, who) if who is not None else nearest(start, max(end, start + 1), rows)
        found.append(near if gap <= max_gap else None)
        closest.append(near)
    return filled(found, closest)


class Baseline:
    """A transcript whose words all have a speaker, if there is one."""

    def __init__(self, params: Overlap, tuning: NoParams) -> None:
        self.params = params
        self.tuning = tuning

    def prepare(self) -> None:
        """Nothing to load."""

    def __call__(self, words: Words, turns: Turns, *, run: Run) -> Transcript:
        speaker = speakers_of(words, turns, round(self.params.max_gap_s * SAMPLE_RATE))
        return Transcript.of(words, turns, np.array(speaker, np.int32))
