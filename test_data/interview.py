"""A conversation of any length: a host asks two guests in turn, in sentences put together by
chance.
"""

from __future__ import annotations

import re
from pathlib import Path

import numpy as np
from conversation import Line

PARTS = Path(__file__).resolve().parent / "dialogues" / "interview_parts.txt"
HOST, GUESTS = "Anna", ("Paul", "David")
SLOWEST_WORDS_PER_S = 3.5  # enough lines even for quick voices
SENTENCES = (2, 6)
REACTS, OTHER_ADDS = 0.35, 0.4  # chances after each answer


def interview_lines(rng: np.random.Generator, seconds: float) -> list[Line]:
    """At least `seconds` of talk; no sentence comes back before all others of its kind were
    used.
    """
    parts = _Parts(rng)
    lines = [
        Line(
            HOST,
            "Welcome to our program. Today I have two guests who know this town better than "
            "anybody.",
        )
    ]
    n_words = 0
    while n_words < SLOWEST_WORDS_PER_S * seconds:
        first, second = rng.permutation(GUESTS).tolist()
        block = [Line(HOST, parts.fill("ask")), parts.answer(first)]
        if rng.random() < REACTS:
            block += [
                Line(HOST, parts.fill("react"), -float(rng.uniform(0.3, 1.2))),
                parts.answer(first),
            ]
        if rng.random() < OTHER_ADDS:
            block.append(parts.answer(second))
        lines += block
        n_words += sum(len(line.text.split()) for line in block)
    return lines


class _Parts:
    """Decks of sentences and of words for their slots, each shuffled again when used up."""

    def __init__(self, rng: np.random.Generator) -> None:
        self.rng = rng
        self.cards: dict[str, list[str]] = {}
        self.left: dict[str, list[str]] = {}
        for row in PARTS.read_text("ascii").splitlines():
            if not row.startswith("#"):
                name, _, text = row.partition(": ")
                self.cards.setdefault(name, []).extend(text.split(" | "))

    def draw(self, name: str) -> str:
        if not self.left.get(name):
            self.left[name] = self.rng.permutation(self.cards[name]).tolist()
        return self.left[name].pop()

    def fill(self, name: str) -> str:
        return re.sub(r"{(\w+)}", lambda slot: self.draw(slot[1]), self.draw(name))

    def answer(self, who: str) -> Line:
        return Line(
            who, " ".join(self.fill("tell") for _ in range(int(self.rng.integers(*SENTENCES))))
        )
