"""Where the words and speakers of an earlier transcript are in another one of the same recording.

A word is the nearest of the same text, at most NEAR_MS away; else the one that is said at the same
time, which is not the same word. A speaker is who speaks most of the time when the other spoke.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Sequence

import attrs

from vsat_core.library.passages import Word
from vsat_core.library.store import MADE
from vsat_core.search.query import normalise

NEAR_MS = 500
LEAST_OVERLAP = 0.5  # share of the shorter word, or of the speaker's turns
Anchor = tuple[int, int, int, str]  # id in the earlier transcript, start_ms, end_ms, text


@attrs.frozen
class Found:
    """What a word has become: an id, and whether it is the same word."""

    word: int
    same: bool


@attrs.define
class Anchors:
    """The words of the new transcript before any edit, and what of the earlier ones was found.

    What was found once stays so: a word that an edit changed is not looked for by its new text.
    """

    words: list[Word]
    turns: Sequence[tuple[int, int, int]]  # start_ms, end_ms, speaker
    _starts: list[int] = attrs.field(factory=list)
    _longest: int = 0
    _known: dict[tuple[str, int], Found] = attrs.field(factory=dict)
    _speakers: dict[tuple[str, str], int | None] = attrs.field(factory=dict)

    def __attrs_post_init__(self) -> None:
        self.words = sorted(self.words, key=lambda w: w.start_ms)
        self._starts = [w.start_ms for w in self.words]
        self._longest = max((w.end_ms - w.start_ms for w in self.words), default=0)

    def find(self, base: str, anchor: Anchor) -> Found | None:
        """The word, None if nothing is said there."""
        word, start, end, text = anchor
        key = _key(base, word)
        if key not in self._known:
            found = self._nearest(start, end, text)
            if found is None:
                return None
            self._known[key] = found
        return self._known[key]

    def know(self, base: str, earlier: Sequence[int], now: Sequence[int]) -> None:
        """Take each earlier word for one of those now, the last of them for those behind."""
        for k, word in enumerate(earlier if now else ()):
            self._known[_key(base, word)] = Found(now[min(k, len(now) - 1)], True)

    def _nearest(self, start: int, end: int, text: str) -> Found | None:
        near = self.between(start - NEAR_MS, end + NEAR_MS)
        middle = start + end
        same = [w for w in near if w.text == text]
        if same:
            best = min(same, key=lambda w: abs(w.start_ms + w.end_ms - middle))
            return Found(best.id, True)
        most = max(near, key=lambda w: _overlap(w, start, end), default=None)
        if most is None:
            return None
        shorter = max(1, min(end - start, most.end_ms - most.start_ms))
        enough = _overlap(most, start, end) >= LEAST_OVERLAP * shorter
        return Found(most.id, False) if enough else None

    def between(self, start: int, end: int) -> list[Word]:
        """The words that are said at any time from `start` to `end`."""
        first = bisect_left(self._starts, start - self._longest)
        last = bisect_left(self._starts, end)
        return [w for w in self.words[first:last] if w.end_ms > start]

    def said_near(self, start: int, end: int, texts: Sequence[str]) -> list[Word]:
        """The words next to each other that say the same, but for case and punctuation, at most
        NEAR_MS away; empty if there are none.
        """
        wanted = [normalise(text) for text in texts]
        near = self.between(start - NEAR_MS, end + NEAR_MS)
        said = [normalise(word.text) for word in near]
        n = len(wanted)
        runs = [near[k : k + n] for k in range(len(near) - n + 1) if said[k : k + n] == wanted]
        return min(runs, key=lambda run: abs(run[0].start_ms - start), default=[])

    def before(self, at: int) -> Word | None:
        """The last word that begins at this time or before, else the first of all."""
        if not self.words:
            return None
        return self.words[max(0, bisect_left(self._starts, at + 1) - 1)]

    def speaker(self, base: str, label: str, spans: Sequence[Sequence[int]]) -> int | None:
        """The number of the speaker who was called `label` in the earlier transcript and spoke
        there; None if nobody speaks most of that time.
        """
        key = (base, label)
        if key not in self._speakers:
            self._speakers[key] = self._speaker(spans)
        return self._speakers[key]

    def _speaker(self, spans: Sequence[Sequence[int]]) -> int | None:
        total: dict[int, int] = {}
        for start, end in spans:
            for first, last, who in self.turns:
                shared = min(end, last) - max(start, first)
                if shared > 0:
                    total[who] = total.get(who, 0) + shared
        best = max(total, key=lambda who: total[who], default=None)
        needed = LEAST_OVERLAP * sum(end - start for start, end in spans)
        return best if best is not None and total[best] >= needed else None


def _key(base: str, word: int) -> tuple[str, int]:
    """Words that an edit made have the same id in every transcript."""
    return ("" if word >= MADE else base, word)


def _overlap(word: Word, start: int, end: int) -> int:
    return min(word.end_ms, end) - max(word.start_ms, start)
