"""Who speaks when: a conversation's utterances placed in time.

Only random.Random.random() is drawn from, whose numbers Python promises to keep.
"""

from __future__ import annotations

import random
from collections.abc import Mapping, Sequence
from typing import TypeVar

import attrs

from tools.hard_recordings.recipe import Recipe
from tools.hard_recordings.variation import Variation
from tools.hard_recordings.voices import Utterance, Voice

T = TypeVar("T")

MARGIN_S = 0.15  # kept around the speech of each utterance
LEAD_S = 0.4
GAP_S = (0.15, 1.1)
OVERLAP_S = (0.3, 1.5)
RUN = (1, 1, 2, 3)  # utterances of one speaker in a row
LEAST_S = 5.0  # speech of each speaker, where he has so much


@attrs.frozen
class Item:
    """An utterance from `cut_s` (in its file) on, heard from `start_s` to `end_s`.

    `speaker` is a number. Times of the conversation; the utterance's own are stretched by `speed`.
    """

    speaker: int
    utterance: Utterance
    speed: float
    start_s: float
    cut_s: float
    end_s: float
    change: Variation = Variation()

    def placed(self, seconds: float) -> float:
        """A time of the utterance as a time of the conversation."""
        return self.start_s + seconds / self.speed - self.cut_s


class Arrangement:
    """The utterances that are left, and those already placed."""

    def __init__(self, recipe: Recipe, voices: Mapping[str, Voice], vary: bool = False) -> None:
        self._recipe, self._vary = recipe, vary
        self._random = random.Random(recipe.seed)
        self._at = LEAD_S
        self.items: list[Item] = []
        self._left = [
            [u for _ in range(recipe.reuse) for u in self._shuffled(voices[s.voice].utterances)]
            for s in recipe.speakers
        ]

    def fill(self) -> list[Item]:
        """Everyone once in a random order, then whoever has most left, then those heard least."""
        for speaker in self._shuffled(range(len(self._left))):
            self._speak(speaker)
        while self._at < self._recipe.seconds and (speaker := self._next()) is not None:
            self._speak(speaker)
        for speaker, left in enumerate(self._left):
            while left and self._heard(speaker) < LEAST_S:
                self._speak(speaker)
        return self.items

    def _shuffled(self, values: Sequence[T]) -> list[T]:
        out = list(values)
        for i in range(len(out) - 1, 0, -1):
            j = int(self._random.random() * (i + 1))
            out[i], out[j] = out[j], out[i]
        return out

    def _uniform(self, low: float, high: float) -> float:
        return low + (high - low) * self._random.random()

    def _last(self) -> int | None:
        return self.items[-1].speaker if self.items else None

    def _next(self) -> int | None:
        """Another speaker, the likelier the more he has left; the same one if he is the last."""
        ready = [k for k, left in enumerate(self._left) if left]
        ready = [k for k in ready if k != self._last()] or ready
        at = self._random.random() * sum(len(self._left[k]) for k in ready)
        for speaker in ready:
            at -= len(self._left[speaker])
            if at < 0:
                return speaker
        return ready[-1] if ready else None

    def _heard(self, speaker: int) -> float:
        own = [i for i in self.items if i.speaker == speaker]
        return sum((b - a) / i.speed for i in own for a, b in i.utterance.spans)

    def _speak(self, speaker: int) -> None:
        for _ in range(RUN[int(self._random.random() * len(RUN))]):
            if self._left[speaker]:
                self._place(speaker, self._left[speaker].pop(0))

    def _place(self, speaker: int, said: Utterance) -> None:
        change = Variation.of(self._recipe.seed, said.name) if self._vary else Variation()
        speed = round(self._recipe.speakers[speaker].speed * change.speed, 3)
        cut = max(0.0, said.spans[0][0] / speed - MARGIN_S)
        length = said.spans[-1][1] / speed + MARGIN_S - cut
        start = self._at + self._uniform(*GAP_S)
        changes = self._last() not in (None, speaker)
        if changes and self._random.random() < self._recipe.overlap:
            start = max(LEAD_S, self._at - self._uniform(*OVERLAP_S))
        own = [i.end_s for i in self.items if i.speaker == speaker]
        start = round(max([start, *(end + 0.05 for end in own)]), 3)
        end = start + length
        self.items.append(Item(speaker, said, speed, start, cut, end, change))
        self._at = max(self._at, end)


def arranged(recipe: Recipe, voices: Mapping[str, Voice], vary: bool = False) -> list[Item]:
    """The conversation's utterances in the order they are placed; with `vary` each sounds a little
    different.
    """
    return Arrangement(recipe, voices, vary).fill()
