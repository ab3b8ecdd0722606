"""AIFF, AU and CAF files whose header promises less sound than there is: libsndfile would stop
there.
"""

from __future__ import annotations

from typing import BinaryIO

from vsat_plugins.decode.recording import size_of

LEAST_BYTES = 8_000  # behind the promised end; fewer are padding
MOST_CHUNKS = 10_000
NOTE = "its header promises less sound than there is; read to the end of the file"


def to_the_end(file: BinaryIO, kind: str) -> dict[int, bytes]:
    """Places in a file of this kind, and what to read there, so that its sound goes on to the end;
    empty if it does.
    """
    size = size_of(file)
    if kind == "an AU file":
        file.seek(0)
        head = file.read(12)
        end = int.from_bytes(head[4:8], "big") + int.from_bytes(head[8:12], "big")
        return {8: b"\xff" * 4} if _sound_follows(file, end, size) else {}
    if kind == "an AIFF file":
        at, n = _chunk(file, b"SSND", 12, 4)
        if at and _sound_follows(file, at + 8 + n + n % 2, size):
            return {4: bytes(4), at + 4: bytes(4)}
    if kind == "a CAF file":
        at, n = _chunk(file, b"data", 8, 8)
        if at and _sound_follows(file, at + 12 + n, size):
            # libsndfile does not know the -1 that means "to the end"
            return {at + 4: (size - at - 12).to_bytes(8, "big")}
    return {}


def _chunk(file: BinaryIO, wanted: bytes, at: int, width: int) -> tuple[int, int]:
    """Where a chunk with this name begins and how long it says it is, walking from `at`; zeros if
    there is none.
    """
    for _ in range(MOST_CHUNKS):
        file.seek(at)
        head = file.read(4 + width)
        if len(head) < 4 + width:
            break
        n = int.from_bytes(head[4:], "big")
        if head[:4] == wanted:
            return at, n
        at += 4 + width + n + (n % 2 if width == 4 else 0)
    return 0, 0


def _sound_follows(file: BinaryIO, end: int, size: int) -> bool:
    """Whether a good deal lies behind the promised end that is no chunk with a name."""
    if size - end < LEAST_BYTES:
        return False
    file.seek(end)
    return not all(32 <= byte < 127 for byte in file.read(4))
