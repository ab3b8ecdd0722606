"""TextGrid: tiers of intervals for Praat (its manual, "TextGrid file formats"), in UTF-8.

Each speaker has a tier of paragraphs and one of words; where nothing is said, intervals are empty,
since a tier covers the recording from its beginning to its end.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from vsat_plugins.write.report import Report, seconds
from vsat_plugins.write.rows import Mapped, Numbers, Part, Rows, Sparse
from vsat_plugins.write.tiers import Tier, length_ms, texts_of, tiers_of

NOTHING = "speech"  # the name of the empty tier of a recording without words: Praat wants one


def textgrid(report: Report) -> Iterator[Part]:
    """The long form, which every reader takes."""
    tiers = tiers_of(report)
    whole = length_ms(report, tiers)
    yield 'File type = "ooTextFile"\nObject class = "TextGrid"\n\n'
    yield from _span(whole)
    yield f"tiers? <exists>\nsize = {len(tiers) or 1}\nitem []:\n"
    none = np.zeros(0, np.int64)
    for number, tier in enumerate(tiers or [Tier(NOTHING, "", none, none, none)], 1):
        yield from _tier(report, tier, number, whole)


def _span(whole: int, indent: str = "") -> Iterator[Part]:
    end = Rows(f"{indent}xmax = ", seconds(np.array([whole])), "\n")
    yield from (f"{indent}xmin = 0\n", end)


def _tier(report: Report, tier: Tier, number: int, whole: int) -> Iterator[Part]:
    begin, end, spoken = _covering(tier, whole)
    indent = " " * 8
    yield f'    item [{number}]:\n{indent}class = "IntervalTier"\n'
    yield f'{indent}name = "{_quoted(tier.name)}"\n'
    yield from _span(whole, indent)
    yield f"{indent}intervals: size = {len(begin)}\n"
    texts = Mapped(_quoted, texts_of(report, tier)) if len(tier.rows) else None
    yield Rows(
        f"{indent}intervals [",
        Numbers(np.arange(1, len(begin) + 1)),
        f"]:\n{indent}    xmin = ",
        seconds(begin),
        f"\n{indent}    xmax = ",
        seconds(end),
        f'\n{indent}    text = "',
        Sparse(len(begin), spoken, texts) if texts else "",
        '"\n',
    )


def _covering(tier: Tier, whole: int) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Begin and end of intervals that cover everything, milliseconds, and the numbers of those
    where something is said.
    """
    bounds = np.stack([tier.start, tier.end], 1).ravel()
    edges = np.concatenate([[0], bounds, [whole]])
    begin, end = edges[:-1], edges[1:]
    kept = begin < end
    spoken = np.zeros(len(begin), bool)
    spoken[1::2] = True
    return begin[kept], end[kept], np.flatnonzero(spoken[kept])


def _quoted(text: str) -> str:
    return text.replace('"', '""')
