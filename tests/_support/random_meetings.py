"""Small meetings drawn by Python's own generator, whose numbers are the same on every machine and
version.
"""

from __future__ import annotations

from random import Random

from vsat_core.formats.records import Segment

SEED, CASES = 2026, 1500


def meeting(draw: Random, speakers: str) -> list[Segment]:
    """Up to seven segments of one to four short words on a grid of half seconds; speakers overlap
    each other and themselves.
    """
    rows = []
    for _ in range(draw.randrange(8)):
        begin, length = draw.randrange(21), draw.randrange(1, 7)
        words = " ".join(draw.choice(("a", "b", "aba")) for _ in range(draw.randrange(1, 5)))
        rows.append(Segment("x", begin / 2, (begin + length) / 2, words, draw.choice(speakers)))
    return rows


def meetings() -> list[tuple[list[Segment], list[Segment]]]:
    """The pairs of reference and result whose scores tests/scoring/meeteval_scores.json holds."""
    draw = Random(SEED)
    return [(meeting(draw, "ABC"), meeting(draw, "KLMN")) for _ in range(CASES)]
