"""The distinct spellings of a text column by a hash table, compiled by numba."""

from __future__ import annotations

import numpy as np
from numba import njit

from vsat_core.artifacts import TextColumn
from vsat_core.search.query import normalise


def spellings(text: TextColumn) -> tuple[list[str], np.ndarray]:
    """As scan.spellings."""
    number, example = grouped(text.buffer, text.offsets)
    return [normalise(text[i]) for i in example.tolist()], number


@njit(cache=True)
def _hash(text, a, b):
    """FNV-1a of 64 bits, its high bits folded in."""
    h = np.uint64(14695981039346656037)
    for k in range(a, b):
        h = (h ^ np.uint64(text[k])) * np.uint64(1099511628211)
    return h ^ (h >> np.uint64(32))


@njit(cache=True)
def _equal(text, a, b, n):
    k = 0
    while k < n and text[a + k] == text[b + k]:
        k += 1
    return k == n


@njit(cache=True)
def grouped(text, offsets):
    """Of each word the number of its spelling, by first appearance, and one word of each spelling,
    both int64.
    """
    n = len(offsets) - 1
    size = 16
    while size < 2 * n:
        size *= 2
    slots, mask = np.full(size, -1, np.int64), np.uint64(size - 1)
    number, example = np.empty(n, np.int64), np.empty(n, np.int64)
    count = 0
    for i in range(n):
        length = offsets[i + 1] - offsets[i]
        slot = _hash(text, offsets[i], offsets[i + 1]) & mask
        while slots[slot] >= 0:
            j = example[slots[slot]]
            if offsets[j + 1] - offsets[j] == length and _equal(
                text, offsets[j], offsets[i], length
            ):
                break
            slot = (slot + np.uint64(1)) & mask
        if slots[slot] < 0:
            slots[slot], example[count] = count, i
            count += 1
        number[i] = slots[slot]
    return number, example[:count].copy()
