"""Who speaks when, as the page draws it: the turns of the recording after all corrections."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import groupby

import attrs

from vsat_core.library.library import Library
from vsat_core.library.passages import UNKNOWN, Word
from vsat_core.page.present import Present


@attrs.frozen
class TurnNow:
    """A turn in seconds; `speaker` is an index into the speakers of the transcript."""

    start: float
    end: float
    speaker: int


def turns_now(library: Library, present: Present) -> list[TurnNow]:
    """The turns of the clustering, overlap included. Words that were given to a speaker who has no
    turn there become a turn of that speaker, which is taken out of those of the others.
    """
    index = present.speaker_index()
    query = "SELECT start_ms, end_ms, speaker FROM turn WHERE recording = ? ORDER BY start_ms"
    rows = library.base.execute(query, (present.recording,)).fetchall()
    turns = [(a, b, index[who]) for a, b, who in rows if who in index]
    moved = list(_moved(present.words(), turns, index))
    if moved:
        turns = [piece for turn in turns for piece in _without(turn, moved)] + moved
    turns = [turn for turn in turns if turn[2] != UNKNOWN and turn[1] > turn[0]]
    return [TurnNow(a / 1000, b / 1000, who) for a, b, who in sorted(turns)]


Span = tuple[int, int, int]  # start and end in milliseconds, speaker


def _moved(words: Sequence[Word], turns: Sequence[Span], index: dict[int, int]) -> list[Span]:
    """Runs of corrected words whose speaker has no turn there."""
    spans = []
    at = 0
    active: list[Span] = []
    flags = []
    for word in words:
        middle, who = (word.start_ms + word.end_ms) / 2, index[word.speaker]
        while at < len(turns) and turns[at][0] <= middle:
            active.append(turns[at])
            at += 1
        active = [turn for turn in active if turn[1] > middle]
        flags.append(word.edited and all(turn[2] != who for turn in active))
    pairs = zip(words, flags, strict=True)
    for (flag, who), run in groupby(pairs, key=lambda pair: (pair[1], index[pair[0].speaker])):
        own = [word for word, _ in run]
        if flag:
            spans.append((own[0].start_ms, own[-1].end_ms, who))
    return spans


def _without(turn: Span, moved: Sequence[Span]) -> list[Span]:
    """What is left of a turn without these stretches."""
    left = [turn]
    for start, end, _ in moved:
        left = [
            piece
            for a, b, who in left
            for piece in ((a, min(b, start), who), (max(a, end), b, who))
            if piece[1] > piece[0]
        ]
    return left
