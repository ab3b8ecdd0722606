"""files.numba: each file's bytes from those of the transcript, without a string for each row."""

from __future__ import annotations

from collections.abc import Iterator
from functools import singledispatch
from pathlib import Path

import attrs
import numpy as np
from numba import njit

from vsat_core.artifacts import TextColumn
from vsat_plugins.write.files import FilesWriter
from vsat_plugins.write.rows import Column, Named, Numbers, Part, Rows, Slices, Sparse

ZERO = ord("0")


class Numba(FilesWriter):
    """A column is where its rows lie among bytes; one compiled loop puts columns together."""

    def prepare(self) -> None:
        """Compile."""
        joined(*(np.zeros(1, t) for t in (np.uint8, np.int64, np.int64)))

    def store(self, path: Path, parts: Iterator[Part]) -> None:
        with path.open("wb") as file:
            for part in parts:
                file.write(part.encode() if isinstance(part, str) else bytes_of(part).text.data)


@njit(cache=True)
def joined(text, begin, length):
    """text[begin[i]:begin[i] + length[i]] for every i, one after the other."""
    out = np.empty(length.sum(), np.uint8)
    at = 0
    for i in range(len(begin)):
        for k in range(begin[i], begin[i] + length[i]):
            out[at] = text[k]
            at += 1
    return out


@attrs.frozen
class Places:
    """Row i of a column is the `length[i]` bytes of `text` from `begin[i]`."""

    text: np.ndarray
    begin: np.ndarray
    length: np.ndarray


@singledispatch
def bytes_of(column: Column) -> Places:
    """Where the rows of a column lie; any column without a way of its own as strings."""
    texts = TextColumn.of(column.rows(0, len(column)))
    return Places(texts.buffer, texts.offsets[:-1], np.diff(texts.offsets))


@bytes_of.register
def _(column: Slices) -> Places:
    return Places(column.text, column.begin, column.end - column.begin)


@bytes_of.register
def _(column: Named) -> Places:
    names = TextColumn.of(column.names)
    return Places(names.buffer, names.offsets[column.which], np.diff(names.offsets)[column.which])


@bytes_of.register
def _(column: Sparse) -> Places:
    filled = bytes_of(column.column)
    begin, length = np.zeros((2, len(column)), np.int64)
    begin[column.places], length[column.places] = filled.begin, filled.length
    return Places(filled.text, begin, length)


@bytes_of.register
def _(column: Numbers) -> Places:
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


@bytes_of.register
def _(column: Rows) -> Places:
    n = len(column)
    places = [_literal(column.between, n)]
    places += [_literal(c, n) if isinstance(c, str) else bytes_of(c) for c in column.columns]
    sizes = np.cumsum([0, *(len(p.text) for p in places)])
    begin = np.stack([p.begin + size for p, size in zip(places, sizes, strict=False)], 1)
    length = np.stack([p.length for p in places], 1)
    length[:1, 0] = 0
    text = joined(np.concatenate([p.text for p in places]), begin.ravel(), length.ravel())
    size = length.sum(1)
    return Places(text, np.cumsum(size) - size, size)


def _literal(text: str, n: int) -> Places:
    data = np.frombuffer(text.encode(), np.uint8)
    return Places(data, np.zeros(n, np.int64), np.full(n, len(data)))
