"""Two recognisers' words of one utterance joined into one text: a confusion network with null arcs.

Fiscus, "A post-processing system to yield reduced word error rates: Recognizer Output Voting Error
Reduction (ROVER)", ASRU 1997. With two recognisers votes decide nothing but agreement, so each slot
where they differ goes to the more confident word; the null arc has a confidence of its own.
"""

from __future__ import annotations

from collections.abc import Sequence

import attrs

from vsat_plugins.transcribe.loops import bare

# what an edit costs when words are aligned, as in NIST's sclite
SUBSTITUTION, LEFT_OUT = 4, 3


@attrs.frozen
class Heard:
    """A word and how probably it is right, 0 to 1."""

    word: str
    confidence: float


Slot = tuple[Heard | None, Heard | None]


def joined(first: Sequence[Heard], second: Sequence[Heard], null: float) -> list[Heard]:
    """The words of the slots that are not left out. `null` is the confidence of leaving out a word
    that one recogniser alone has heard.

    Where both have heard the same word it is spelled as the first does, and is as sure as that one
    of the two is wrong only together with the other (noisy or).

    >>> a = [Heard("the", 0.9), Heard("cat", 0.3), Heard("uh", 0.2)]
    >>> b = [Heard("The", 0.8), Heard("hat", 0.6), Heard("sat", 0.9)]
    >>> [h.word for h in joined(a, b, 0.5)]
    ['the', 'hat', 'sat']
    """
    chosen = (_best(slot, null) for slot in slots(first, second))
    return [heard for heard in chosen if heard]


def _best(slot: Slot, null: float) -> Heard | None:
    a, b = slot
    if a and b:
        if bare(a.word) == bare(b.word):
            return Heard(a.word, 1 - (1 - a.confidence) * (1 - b.confidence))
        return a if a.confidence >= b.confidence else b
    alone = a or b
    return alone if alone and alone.confidence >= null else None


def slots(first: Sequence[Heard], second: Sequence[Heard]) -> list[Slot]:
    """The confusion network: both lines of words aligned at the least cost."""
    a, b = [bare(h.word) for h in first], [bare(h.word) for h in second]
    cost = _costs(a, b)
    i, j, found = len(a), len(b), list[Slot]()
    while i or j:
        pair = SUBSTITUTION * (i > 0 < j and a[i - 1] != b[j - 1])
        if i and j and cost[i][j] == cost[i - 1][j - 1] + pair:
            i, j = i - 1, j - 1
            found.append((first[i], second[j]))
        elif i and cost[i][j] == cost[i - 1][j] + LEFT_OUT:
            i -= 1
            found.append((first[i], None))
        else:
            j -= 1
            found.append((None, second[j]))
    return found[::-1]


def _costs(a: Sequence[str], b: Sequence[str]) -> list[list[int]]:
    """The least cost of aligning the first i words with the first j, (len(a) + 1, len(b) + 1)."""
    rows = [[LEFT_OUT * j for j in range(len(b) + 1)]]
    for i, word in enumerate(a, 1):
        above, row = rows[-1], [LEFT_OUT * i]
        for j, other in enumerate(b, 1):
            pair = above[j - 1] + SUBSTITUTION * (word != other)
            row.append(min(pair, above[j] + LEFT_OUT, row[-1] + LEFT_OUT))
        rows.append(row)
    return rows
