"""Chunks, of which RIFF, AIFF and CAF files are made: a name of four letters, a length, content."""

from __future__ import annotations

from collections.abc import Iterator
from typing import BinaryIO, Literal

from vsat_plugins.decode.recording import size_of


def chunks(
    file: BinaryIO, at: int, order: Literal["little", "big"] = "little", width: int = 4
) -> Iterator[tuple[bytes, int, int]]:
    """Name, place and declared length of the content of each chunk, from `at` to the end; a length
    of four bytes is followed by content filled up to an even number.
    """
    size = size_of(file)
    while at < size:  # a length may point to where no file can be read
        file.seek(at)
        head = file.read(4 + width)
        if len(head) < 4 + width:
            return
        length = int.from_bytes(head[4:], order)
        at += 4 + width
        yield head[:4], at, length
        at += length + (length % 2 if width == 4 else 0)


def is_name(letters: bytes) -> bool:
    """Whether these bytes may be the name of a chunk."""
    return all(32 <= byte < 127 for byte in letters)
