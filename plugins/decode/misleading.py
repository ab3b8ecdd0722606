"""AIFF, AU and CAF files whose header promises less sound than there is: libsndfile would stop
there.
"""

from itertools import islice
from typing import BinaryIO

from vsat_plugins.decode.chunks import chunks, is_name
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
        if at and _sound_follows(file, at + 4 + n + n % 2, size):
            return {4: bytes(4), at: bytes(4)}
    if kind == "a CAF file":
        at, n = _chunk(file, b"data", 8, 8)
        if at and _sound_follows(file, at + 8 + n, size):
            # libsndfile does not know the -1 that means "to the end"
            return {at: (size - at - 8).to_bytes(8, "big")}
    return {}


def _chunk(file: BinaryIO, wanted: bytes, at: int, width: int) -> tuple[int, int]:
    """Where the length of a chunk with this name stands and what it is, walking from `at`; zeros if
    there is none.
    """
    for name, begin, length in islice(chunks(file, at, "big", width), MOST_CHUNKS):
        if name == wanted:
            return begin - width, length
    return 0, 0


def _sound_follows(file: BinaryIO, end: int, size: int) -> bool:
    """Whether a good deal lies behind the promised end that is no chunk with a name."""
    if size - end < LEAST_BYTES:
        return False
    file.seek(end)
    return not is_name(file.read(4))
