"""Meetings and calls: some speakers say most, and a few say only short answers, partly while
others speak.
"""

from __future__ import annotations

import random
from collections.abc import Mapping

import attrs

from tools.hard_recordings.arrange import LEAD_S, Arrangement, Item
from tools.hard_recordings.recipe import Recipe
from tools.hard_recordings.voices import Utterance, Voice

ANSWER_S = (0.3, 1.5)  # length of a short answer
EDGE_S = 0.03  # kept around an answer, which is cut out of a sentence
OVER = 0.5  # share of the answers that are said while somebody else speaks
ANSWERING = 0.25  # share of the turns of those who say much that are short answers too
PAUSE_S = (1.0, 3.0)  # nobody speaks
PAUSES = 0.15  # share of the turns that begin after such a pause


class Meeting(Arrangement):
    """Turns go to speakers by their shares; answers fall due at times drawn beforehand."""

    def __init__(self, recipe: Recipe, voices: Mapping[str, Voice]) -> None:
        super().__init__(recipe, voices)
        self._voices = [voices[speaker.voice] for speaker in recipe.speakers]
        self._due = sorted(
            ((self._uniform(LEAD_S, recipe.seconds), who, said) for who, said in self._answers()),
            key=lambda answer: answer[:2],
        )

    def _answers(self) -> list[tuple[int, Utterance]]:
        """The answers of those who say nothing else, each speaker's amount in all."""
        out = []
        for who, seconds in enumerate(self._recipe.answers_s):
            left = seconds
            while left > ANSWER_S[0] / 2:
                said = self._answer(who, min(left, self._uniform(*ANSWER_S)))
                left -= said.spans[0][1] - said.spans[0][0]
                out.append((who, said))
        return out

    def _answer(self, who: int, seconds: float) -> Utterance:
        return answer(self._voices[who], seconds, self._random)

    def _next(self) -> int | None:
        """Another speaker by the shares, or the same one if nobody else has anything left."""
        shares = self._recipe.shares
        ready = [k for k, left in enumerate(self._left) if left and shares[k]]
        ready = [k for k in ready if k != self._last()] or ready
        at = self._random.random() * sum(shares[k] for k in ready)
        for speaker in ready:
            at -= shares[speaker]
            if at < 0:
                return speaker
        return ready[-1] if ready else None

    def fill(self) -> list[Item]:
        """Those with a share once, then by shares; answers when they are due."""
        speaking = [k for k, share in enumerate(self._recipe.shares) if share]
        for first in self._shuffled(speaking):
            self._turn(first)
        while self._at < self._recipe.seconds and (speaker := self._next()) is not None:
            self._turn(speaker)
        self._answer_until(float("inf"))
        return self.items

    def _turn(self, speaker: int) -> None:
        if self._random.random() < PAUSES:
            self._at += self._uniform(*PAUSE_S)
        worded = any(said.words for said in self._voices[speaker].utterances)
        if worded and self._heard(speaker) and self._random.random() < ANSWERING:
            self._reply(speaker, self._answer(speaker, self._uniform(*ANSWER_S)))
        else:
            self._speak(speaker)
        self._answer_until(self._at)

    def _answer_until(self, seconds: float) -> None:
        while self._due and self._due[0][0] <= seconds:
            _, who, said = self._due.pop(0)
            self._reply(who, said)

    def _reply(self, who: int, said: Utterance) -> None:
        """After what was said last, or into it."""
        last = self.items[-1]
        if self._random.random() < OVER and last.speaker != who:
            at, self._at = self._at, self._uniform(last.start_s, last.end_s)
            self._place(who, said)
            self._at = max(at, self._at)
        else:
            self._place(who, said)


def held(recipe: Recipe, voices: Mapping[str, Voice]) -> list[Item]:
    """The utterances of a meeting or call in the order they are placed."""
    return Meeting(recipe, voices).fill()


def answer(voice: Voice, seconds: float, chance: random.Random) -> Utterance:
    """Words in a row of some utterance that last about this long, at least one. Only
    `chance.random` is drawn from. Raises ValueError for a voice without word times.
    """
    known = [u for u in voice.utterances if u.words]
    if not known:
        raise ValueError(f"{voice.name}: short answers need a voice with word times")
    said = known[int(chance.random() * len(known))]
    first = int(chance.random() * len(said.words))
    begin = said.words[first][1]
    words = [w for w in said.words[first:] if w[2] - begin <= seconds] or [said.words[first]]
    end = words[-1][2]
    edge = min(EDGE_S, begin)
    return attrs.evolve(
        said,
        name=f"{said.name}.{first}-{first + len(words)}",
        begin_s=said.begin_s + begin - edge,
        end_s=said.begin_s + end + edge,
        text=" ".join(w[0] for w in words),
        spans=((edge, edge + end - begin),),
        words=(),
    )
