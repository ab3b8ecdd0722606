"""Which given words are which recognised ones: anchors for all other words.

The longest common blocks are matched first, then what lies between them (Ratcliff and Obershelp,
by difflib), so that parts which only one side has do not scatter the rest. A short block in a gap
whose sides differ much in length is chance: "of the" is in every text.
"""

from __future__ import annotations

from collections.abc import Sequence
from difflib import SequenceMatcher
from itertools import pairwise

from vsat_core.search.query import normalise

FIRM = 4  # words in a row that no chance explains
FAIR = 3  # the same in a gap with sides of different length
SLACK = 6  # words by which the sides of a gap may always differ

Pair = tuple[int, int]  # number of a given word, number of the recognised word it is


def anchors(given: Sequence[str], recognised: Sequence[str]) -> list[Pair]:
    """Pairs of equal words, both numbers rising.

    >>> anchors("Well, so we begin at nine.".split(), "so we begin and nine".split())
    [(1, 0), (2, 1), (3, 2), (5, 4)]
    """
    left = [normalise(word) or " " for word in given]
    right = [normalise(word) or "  " for word in recognised]
    found = SequenceMatcher(None, left, right, autojunk=False).get_matching_blocks()
    blocks = [(b.a, b.b, b.size) for b in found]
    firm = [(0, 0, 0), *(b for b in blocks if b[2] >= FIRM), (len(left), len(right), 0)]
    kept = []
    for (a, b, size), (next_a, next_b, _) in pairwise(firm):
        kept += [(a + k, b + k) for k in range(size)]
        begin_a, begin_b = a + size, b + size
        n, m = next_a - begin_a, next_b - begin_b
        least = 1 if abs(n - m) <= SLACK or 2 * min(n, m) >= max(n, m) else FAIR
        kept += [
            (one + k, other + k)
            for one, other, length in blocks
            if begin_a <= one < next_a and least <= length < FIRM
            for k in range(length)
        ]
    return kept
