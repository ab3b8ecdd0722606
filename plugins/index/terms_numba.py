"""Tokens, terms and postings straight from the bytes of a transcript, compiled by numba."""

from __future__ import annotations

import numpy as np
from numba import njit


@njit(cache=True)
def ascii_tokens(buffer, offsets, kinds, lower):
    """The tokens of words in ASCII as vsat_core.search.query.normalise makes them, and the numbers
    of all other words.

    Takes a text column. Gives text uint8, and begin, length int64 (n_words,) of each token in it;
    length is -1 for words in `others`, int64.
    """
    n = len(offsets) - 1
    text = np.empty(len(buffer), np.uint8)
    begin = np.empty(n, np.int64)
    length = np.empty(n, np.int64)
    others = np.empty(n, np.int64)
    n_others = 0
    at = 0
    for i in range(n):
        begin[i] = at
        first = at
        plain = True
        signs = False
        for k in range(offsets[i], offsets[i + 1]):
            c = buffer[k]
            if c >= 128:
                plain = False
                break
            kind = kinds[c]
            if kind != 0:
                text[at] = lower[c]
                at += 1
                signs = signs or kind > 2
        if not plain:
            length[i] = -1
            at = first
            others[n_others] = i
            n_others += 1
            continue
        if signs:
            at = _without_strays(text, first, at, kinds)
        length[i] = at - first
    return text, begin, length, others[:n_others]


@njit(cache=True)
def _without_strays(text, first, last, kinds):
    """Removes apostrophes not between letters and full stops not between digits; gives the
    new end.
    """
    before = 0
    at = first
    for k in range(first, last):
        kind = kinds[text[k]]
        following = kinds[text[k + 1]] if k + 1 < last else 0
        if kind < 3 or before == following == kind - 2:
            text[at] = text[k]
            at += 1
        before = kind
    return at


@njit(cache=True)
def column_of(text, begin, length):
    """The buffer and offsets of the column of these pieces of text."""
    offsets = np.empty(len(begin) + 1, np.int64)
    offsets[0] = 0
    for i in range(len(begin)):
        offsets[i + 1] = offsets[i] + length[i]
    buffer = np.empty(offsets[-1], np.uint8)
    for i in range(len(begin)):
        at = offsets[i]
        for k in range(length[i]):
            buffer[at + k] = text[begin[i] + k]
    return buffer, offsets


@njit(cache=True)
def _hash(text, a, n):
    """FNV-1a of 64 bits, its high bits folded in."""
    h = np.uint64(14695981039346656037)
    for k in range(a, a + n):
        h = (h ^ np.uint64(text[k])) * np.uint64(1099511628211)
    return h ^ (h >> np.uint64(32))


@njit(cache=True)
def _alike(text, a, b, n):
    """How many of the n bytes from a and from b are the same until two differ."""
    k = 0
    while k < n and text[a + k] == text[b + k]:
        k += 1
    return k


@njit(cache=True)
def _larger(slots, hashes, n_terms):
    """A table of twice the slots with the same terms."""
    out = np.full(2 * len(slots), -1, np.int64)
    mask = np.uint64(len(out) - 1)
    for t in range(n_terms):
        slot = hashes[t] & mask
        while out[slot] >= 0:
            slot = (slot + np.uint64(1)) & mask
        out[slot] = t
    return out


@njit(cache=True)
def grouped(text, begin, length):
    """Of each token its term, by first appearance, int64 (-1 for an empty one), and one token of
    each term, int64.
    """
    n = len(begin)
    term = np.empty(n, np.int64)
    example = np.empty(n, np.int64)
    hashes = np.empty(n, np.uint64)
    slots = np.full(4096, -1, np.int64)
    count = 0
    for i in range(n):
        if length[i] == 0:
            term[i] = -1
            continue
        h = _hash(text, begin[i], length[i])
        mask = np.uint64(len(slots) - 1)
        slot = h & mask
        while True:
            t = slots[slot]
            if t < 0:
                break
            j = example[t]
            if (
                hashes[t] == h
                and length[j] == length[i]
                and _alike(text, begin[j], begin[i], length[i]) == length[i]
            ):
                break
            slot = (slot + np.uint64(1)) & mask
        if t < 0:
            t = count
            slots[slot], example[t], hashes[t] = t, i, h
            count += 1
            if 2 * count > len(slots):
                slots = _larger(slots, hashes, count)
        term[i] = t
    return term, example[:count].copy()


@njit(cache=True)
def _prefix(text, a, n):
    """The first 8 bytes as a number that sorts as they do."""
    key = np.uint64(0)
    for k in range(8):
        key = (key << np.uint64(8)) | (np.uint64(text[a + k]) if k < n else np.uint64(0))
    return key


@njit(cache=True)
def _follows(text, a, n_a, b, n_b):
    """Whether the bytes at a come after those at b."""
    k = _alike(text, a, b, min(n_a, n_b))
    return text[a + k] > text[b + k] if k < min(n_a, n_b) else n_a > n_b


@njit(cache=True)
def ranked(text, begin, length, example):
    """The terms in order of their bytes, int64: a merge sort, by the first 8 bytes where these
    differ.
    """
    n = len(example)
    keys = np.empty(n, np.uint64)
    for t in range(n):
        keys[t] = _prefix(text, begin[example[t]], length[example[t]])
    order, spare = np.arange(n), np.empty(n, np.int64)
    width = 1
    while width < n:
        for low in range(0, n, 2 * width):
            middle, high = min(low + width, n), min(low + 2 * width, n)
            a, b = low, middle
            for at in range(low, high):
                right = a == middle
                if not right and b < high:
                    x, y = order[a], order[b]
                    i, j = example[x], example[y]
                    right = keys[x] > keys[y] or (
                        keys[x] == keys[y]
                        and _follows(text, begin[i], length[i], begin[j], length[j])
                    )
                if right:
                    spare[at] = order[b]
                    b += 1
                else:
                    spare[at] = order[a]
                    a += 1
        order, spare = spare, order
        width *= 2
    return order


@njit(cache=True)
def postings_of(term, order):
    """Offsets and postings, int64, by a counting sort of the words' terms."""
    n_terms = len(order)
    rank = np.empty(n_terms, np.int64)
    for k in range(n_terms):
        rank[order[k]] = k
    offsets = np.zeros(n_terms + 1, np.int64)
    for t in term:
        if t >= 0:
            offsets[rank[t] + 1] += 1
    for k in range(n_terms):
        offsets[k + 1] += offsets[k]
    free = offsets[:-1].copy()
    postings = np.empty(offsets[-1], np.int64)
    for i in range(len(term)):
        if term[i] >= 0:
            k = rank[term[i]]
            postings[free[k]] = i
            free[k] += 1
    return offsets, postings
