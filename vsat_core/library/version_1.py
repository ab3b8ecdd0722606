"""Passages as libraries of version 1 have them, brought to the form of packing.py."""

from __future__ import annotations

import sqlite3
import zlib
from array import array
from itertools import accumulate

from vsat_core.library.packing import LEVEL, packed_numbers, runs_of


def declare(base: sqlite3.Connection) -> None:
    """The functions that the script of version 2 calls, given the columns `words` and
    `speakers`.
    """
    base.create_function("texts_of_version_1", 2, texts, deterministic=True)
    base.create_function("numbers_of_version_1", 2, numbers, deterministic=True)


def texts(words: bytes, speakers: str) -> bytes:
    """The packed texts."""
    if not words:
        return b""
    return zlib.compress(zlib.decompress(words)[10 * _n(speakers) :], LEVEL)


def numbers(words: bytes, speakers: str) -> bytes:
    """The packed numbers. There were int32 steps from start to start, int32 durations and int16
    confidences.
    """
    if not words:
        return b""
    n, data = _n(speakers), zlib.decompress(words)
    steps, lasting, sure = array("i"), array("i"), array("h")
    steps.frombytes(data[: 4 * n])
    lasting.frombytes(data[4 * n : 8 * n])
    sure.frombytes(data[8 * n : 10 * n])
    starts = list(accumulate(steps))
    return packed_numbers(starts, list(map(int.__add__, starts, lasting)), sure)


def _n(speakers: str) -> int:
    return sum(n for _, n in runs_of(speakers))
