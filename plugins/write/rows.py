"""What a format consists of: literal text, and rows of columns that every technique renders its own
way.

A column gives the strings of any stretch of its rows. Rows are a column too, so they nest.
"""

from __future__ import annotations

import itertools
from collections.abc import Callable, Sequence
from typing import Protocol

import numpy as np

from vsat_core.artifacts import TextColumn


class Column(Protocol):
    """Texts to be shown one below the other."""

    def __len__(self) -> int: ...

    def rows(self, first: int, last: int) -> list[str]:
        """The texts of rows first..last - 1."""


class Slices:
    """Row i is text[begin[i]:end[i]] of a buffer of UTF-8, in any order."""

    def __init__(self, text: np.ndarray, begin: np.ndarray, end: np.ndarray) -> None:
        self.text, self.begin, self.end = text, begin, end

    @classmethod
    def of(cls, column: TextColumn) -> Slices:
        """All strings of a text column."""
        return cls(column.buffer, column.offsets[:-1], column.offsets[1:])

    def __len__(self) -> int:
        return len(self.begin)

    def rows(self, first: int, last: int) -> list[str]:
        if first >= last:
            return []
        at, stop = int(self.begin[first:last].min()), int(self.end[first:last].max())
        whole = self.text[at:stop].tobytes()
        bounds = zip(
            (self.begin[first:last] - at).tolist(),
            (self.end[first:last] - at).tolist(),
            strict=True,
        )
        return [whole[a:b].decode() for a, b in bounds]


class Named:
    """Row i is names[which[i]]."""

    def __init__(self, names: Sequence[str], which: np.ndarray) -> None:
        self.names, self.which = names, which

    def __len__(self) -> int:
        return len(self.which)

    def rows(self, first: int, last: int) -> list[str]:
        return [self.names[i] for i in self.which[first:last].tolist()]


class Numbers:
    """Whole numbers from 0, the lower digits in groups: each (mark, size) of `groups` is for
    the remainder of a division by `size`, written after its mark. The digits before them are at
    least `width`. With `short`, zeros at the end go, but for the first digit after the last mark.

    >>> Numbers(np.array([65_250]), groups=((":", 60), (".", 1000))).rows(0, 1)
    ['1:05.250']
    """

    def __init__(
        self,
        values: np.ndarray,
        width: int = 1,
        groups: tuple[tuple[str, int], ...] = (),
        short: bool = False,
    ) -> None:
        self.values, self.width, self.groups, self.short = values, width, groups, short

    def __len__(self) -> int:
        return len(self.values)

    def parts(self, first: int, last: int) -> list[np.ndarray]:
        """The numbers before the first mark and after each."""
        rest, lower = np.maximum(self.values[first:last], 0), []
        for _, size in reversed(self.groups):
            lower.append(rest % size)
            rest = rest // size
        return [rest, *reversed(lower)]

    def widths(self) -> list[int]:
        """The digits of each part; of the first, the fewest."""
        return [self.width, *(len(str(size - 1)) for _, size in self.groups)]

    def rows(self, first: int, last: int) -> list[str]:
        marks = ["", *(mark for mark, _ in self.groups)]
        shape = "".join(f"{m}%0{w}d" for m, w in zip(marks, self.widths(), strict=True))
        columns = (part.tolist() for part in self.parts(first, last))
        texts = [shape % numbers for numbers in zip(*columns, strict=True)]
        if not self.short:
            return texts
        least = self.widths()[-1] - 1
        return [t[:-least] + t[-least:].rstrip("0") for t in texts]


class Mapped:
    """The rows of a column, each changed by a function."""

    def __init__(self, function: Callable[[str], str], column: Column) -> None:
        self.function, self.column = function, column

    def __len__(self) -> int:
        return len(self.column)

    def rows(self, first: int, last: int) -> list[str]:
        return [self.function(text) for text in self.column.rows(first, last)]


class Sparse:
    """`n` rows, empty but for those numbered `places`, which hold the rows of a column."""

    def __init__(self, n: int, places: np.ndarray, column: Column) -> None:
        self.n, self.places, self.column = n, places, column

    def __len__(self) -> int:
        return self.n

    def rows(self, first: int, last: int) -> list[str]:
        texts = [""] * (last - first)
        low, high = np.searchsorted(self.places, [first, last]).tolist()
        filled = self.column.rows(low, high)
        for place, text in zip(self.places[low:high].tolist(), filled, strict=True):
            texts[place - first] = text
        return texts


class Rows:
    """Columns next to each other, literal text among them; `between` comes before every row but the
    first.
    """

    def __init__(self, *columns: str | Column, between: str = "") -> None:
        self.columns, self.between = columns, between
        self._n = next(len(c) for c in columns if not isinstance(c, str))

    def __len__(self) -> int:
        return self._n

    def rows(self, first: int, last: int) -> list[str]:
        texts = (
            itertools.repeat(c, last - first) if isinstance(c, str) else c.rows(first, last)
            for c in self.columns
        )
        joined = map("".join, zip(*texts, strict=True))
        return [self.between + text if i else text for i, text in enumerate(joined, first)]


Part = str | Rows
