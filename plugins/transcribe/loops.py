"""Phrases that a text repeats many times in a row: some speakers do, and recognisers do on
noise.
"""

from __future__ import annotations

import zlib

LONGEST_PERIOD = 12  # words
REPEATS = 4
REPEATED_WORDS = 8
COMPRESSION = 2.4  # zlib makes a text smaller by more than this only if it repeats itself


def loop_in(words: list[str]) -> tuple[int, int, int] | None:
    """Where a phrase comes at least four times and eight words in a row: its first word, its second
    round, its end.

    >>> loop_in("Yes. ".split() + 5 * "And so,".split() + ["well."])
    (1, 3, 11)
    >>> loop_in("no no no no I said".split()) is None
    True
    """
    plain = [bare(w) for w in words]
    for period in range(1, min(LONGEST_PERIOD, len(words) // REPEATS) + 1):
        run = 0  # words so far that equal those one period earlier
        for at in range(period, len(words) + 1):
            if at < len(words) and plain[at] == plain[at - period]:
                run += 1
                continue
            if run + period >= max(REPEATS * period, REPEATED_WORDS):
                return at - run - period, at - run, at
            run = 0
    return None


def bare(word: str) -> str:
    """A word in lower case without the signs around it."""
    return word.strip(".,;:!?\"'").lower()


def repetitive(text: str) -> bool:
    """Whether a text repeats itself so often that zlib compresses it well, as in OpenAI's Whisper.

    >>> repetitive("2021-" * 20), repetitive("Donaudampfschifffahrtsgesellschaft")
    (True, False)
    """
    data = text.encode()
    return len(data) > COMPRESSION * len(zlib.compress(data))
