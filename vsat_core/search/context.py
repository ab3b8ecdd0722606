"""The words around a match."""

from __future__ import annotations

import itertools
from collections.abc import Sequence


def context(
    texts: Sequence[str], blank: Sequence[bool], line: range, matched: Sequence[int], around: int
) -> str:
    """The words near those matched, with … where some of the line are left out between or around
    them.
    """
    shown = sorted(
        {
            i
            for m in matched
            for i in range(max(m - around, line.start), min(m + around + 1, line.stop))
        }
    )
    pieces = ["… "] if shown[0] > line.start else []
    for here, following in itertools.pairwise([*shown, line.stop]):
        pieces += [texts[here], " " * blank[here] if following == here + 1 else " … "]
    return "".join(pieces).rstrip()
