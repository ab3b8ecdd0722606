"""What the techniques share that write a file's bytes from those of the transcript, without a
string for each row.

A column is where its rows lie among bytes: `places_of` says so for each kind of column. Rows of
columns are put together by one function, which is all that a technique adds.
"""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Callable, Iterator
from functools import singledispatch
from pathlib import Path

import attrs
import numpy as np

from vsat_core.artifacts import TextColumn
from vsat_plugins.write.files import FilesWriter
from vsat_plugins.write.rows import Column, Named, Numbers, Part, Rows, Slices, Sparse

ZERO = ord("0")

# of `text` uint8 (n,), `begin` and `length` int64 (k,): text[begin[i]:begin[i] + length[i]] for
# every i, one after the other, uint8
Join = Callable[[np.ndarray, np.ndarray, np.ndarray], np.ndarray]


class PlacesWriter(FilesWriter):
    """Each technique puts bytes together its own way."""

    def store(self, path: Path, parts: Iterator[Part]) -> None:
        with path.open("wb") as file:
            for part in parts:
                if isinstance(part, str):
                    file.write(part.encode())
                else:
                    file.write(places_of(part, self.joined).text.data)

    @abstractmethod
    def joined(self, text: np.ndarray, begin: np.ndarray, length: np.ndarray) -> np.ndarray:
        """A `Join`."""


@attrs.frozen
class Places:
    """Row i of a column is the `length[i]` bytes of `text` from `begin[i]`."""

    text: np.ndarray
    begin: np.ndarray
    length: np.ndarray


@singledispatch
def places_of(column: Column, join: Join) -> Places:
    """Where the rows of a column lie; any column without a way of its own as strings."""
    texts = TextColumn.of(column.rows(0, len(column)))
    return Places(texts.buffer, texts.offsets[:-1], np.diff(texts.offsets))


@places_of.register
def _(column: Slices, join: Join) -> Places:
    return Places(column.text, column.begin, column.end - column.begin)


@places_of.register
def _(column: Named, join: Join) -> Places:
    names = TextColumn.of(column.names)
    return Places(names.buffer, names.offsets[column.which], np.diff(names.offsets)[column.which])


@places_of.register
def _(column: Sparse, join: Join) -> Places:
    filled = places_of(column.column, join)
    begin, length = np.zeros((2, len(column)), np.int64)
    begin[column.places], length[column.places] = filled.begin, filled.length
    return Places(filled.text, begin, length)


@places_of.register
def _(column: Numbers, join: Join) -> Places:
    """The digits of every row in as many bytes, those not shown left out at both ends."""
    n, (first, *lower) = len(column), column.parts(0, len(column))
    width, *widths = column.widths()
    digits = np.maximum(np.searchsorted(10 ** np.arange(1, 19), first, "right") + 1, width)
    widest = int(digits.max(initial=1))
    shown = [_digits(first, widest)]
    for (mark, _), part, size in zip(column.groups, lower, widths, strict=True):
        shown += [np.full((n, 1), ord(mark)), _digits(part, size)]
    text = np.concatenate(shown, 1, dtype=np.uint8, casting="unsafe")
    length = text.shape[1] - widest + digits
    if column.short:
        for k in range(1, widths[-1]):
            length -= lower[-1] % 10**k == 0
    return Places(text.ravel(), np.arange(n) * text.shape[1] + widest - digits, length)


def _digits(numbers: np.ndarray, width: int) -> np.ndarray:
    return numbers[:, None] // 10 ** np.arange(width - 1, -1, -1) % 10 + ZERO


@places_of.register
def _(column: Rows, join: Join) -> Places:
    n = len(column)
    places = [_literal(column.between, n)]
    places += [_literal(c, n) if isinstance(c, str) else places_of(c, join) for c in column.columns]
    sizes = np.cumsum([0, *(len(p.text) for p in places)])
    begin = np.stack([p.begin + size for p, size in zip(places, sizes, strict=False)], 1)
    length = np.stack([p.length for p in places], 1)
    length[:1, 0] = 0
    text = join(np.concatenate([p.text for p in places]), begin.ravel(), length.ravel())
    size = length.sum(1)
    return Places(text, np.cumsum(size) - size, size)


def _literal(text: str, n: int) -> Places:
    data = np.frombuffer(text.encode(), np.uint8)
    return Places(data, np.zeros(n, np.int64), np.full(n, len(data)))
