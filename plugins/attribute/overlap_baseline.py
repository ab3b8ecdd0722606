"""overlap.baseline: the rules of `overlap` word by word and turn by turn."""

import numpy as np

from vsat_core.artifacts import Turns
from vsat_plugins.attribute.overlap import Overlap

Turn = tuple[int, int, int]  # start, end, speaker


def covering(start: int, end: int, turns: list[Turn]) -> int | None:
    """The speaker of rule 1, None when no turn covers any of samples start..end.

    >>> covering(0, 10, [(0, 4, 0), (4, 20, 1)])
    1
    """
    covered: dict[int, int] = {}
    began: dict[int, int] = {}
    for first, last, speaker in turns:
        if first < end:
            began[speaker] = max(began.get(speaker, first), first)
            overlap = max(0, min(end, last) - max(start, first))
            covered[speaker] = covered.get(speaker, 0) + overlap
    if not any(covered.values()):
        return None
    return max(covered, key=lambda speaker: (covered[speaker], began[speaker], -speaker))


def nearest(start: int, end: int, turns: list[Turn]) -> tuple[int, int]:
    """(gap in samples, speaker) of rule 2 for a word that no turn covers."""
    gap, _, speaker = min(
        (first - end if first >= end else start - last, first >= end, speaker)
        for first, last, speaker in turns
    )
    return gap, speaker


def filled(speakers: list[int | None], closest: list[int]) -> list[int]:
    """Rule 3: the gaps in `speakers`; `closest` has each word's nearest speaker.

    >>> filled([None, 2, None, 1], [0, 0, 0, 0])
    [2, 2, 2, 1]
    """
    known = [speaker for speaker in speakers if speaker is not None]
    if not known:
        return closest
    out, last = [], known[0]
    for speaker in speakers:
        last = last if speaker is None else speaker
        out.append(last)
    return out


class Baseline(Overlap):
    """The specification."""

    def assigned(
        self, start: np.ndarray, end: np.ndarray, turns: Turns, max_gap: int
    ) -> np.ndarray:
        """The speaker of every word by the rules."""
        columns = (turns.start.tolist(), turns.end.tolist(), turns.speaker.tolist())
        rows = list(zip(*columns, strict=True))
        speakers: list[int | None] = []
        closest: list[int] = []
        for first, last in zip(start.tolist(), end.tolist(), strict=True):
            speaker = covering(first, last, rows)
            gap, near = (0, speaker) if speaker is not None else nearest(first, last, rows)
            speakers.append(near if gap <= max_gap else None)
            closest.append(near)
        return np.array(filled(speakers, closest), np.int32)
