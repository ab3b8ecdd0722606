"""A WAV file that is nowhere: any range of its bytes, made from samples when it is asked for.

16 kHz, mono, 16 bit. Browsers seek in it by the sample, as they do not in compressed sound with a
varying bit rate.
"""

from __future__ import annotations

import re
import struct
from collections.abc import Iterator

import attrs
import numpy as np

from vsat_core.artifacts import SAMPLE_RATE

HEADER_BYTES = 44
BLOCK_SAMPLES = 1 << 16
MOST_SAMPLES = (1 << 31) - HEADER_BYTES  # sizes in the header are 32 bits: 37 hours
RANGE = re.compile(r"bytes=(\d*)-(\d*)")


class NoSuchRange(ValueError):
    """The range lies outside the file (HTTP 416)."""


def header(n_samples: int) -> bytes:
    """The first 44 bytes of the file (RIFF, WAVE, PCM)."""
    n_bytes = 2 * min(n_samples, MOST_SAMPLES)
    form = struct.pack("<HHIIHH", 1, 1, SAMPLE_RATE, 2 * SAMPLE_RATE, 2, 16)
    riff = b"RIFF" + struct.pack("<I", 36 + n_bytes) + b"WAVEfmt " + struct.pack("<I", 16)
    return riff + form + b"data" + struct.pack("<I", n_bytes)


def pcm(samples: np.ndarray) -> bytes:
    """Samples (float32, -1..1) as little-endian 16 bit."""
    return np.rint(np.clip(samples, -1.0, 1.0) * 32767).astype("<i2").tobytes()


@attrs.frozen
class ByteRange:
    """From the byte `first` to `last`, both included, of a file of `total` bytes."""

    first: int
    last: int
    total: int

    @property
    def length(self) -> int:
        """How many bytes."""
        return self.last - self.first + 1

    @property
    def content_range(self) -> str:
        """The header of a partial answer."""
        return f"bytes {self.first}-{self.last}/{self.total}"


def size_of(n_samples: int) -> int:
    """Bytes of the file."""
    return HEADER_BYTES + 2 * min(n_samples, MOST_SAMPLES)


def asked_range(asked: str, total: int) -> ByteRange | None:
    """The range of a header `Range` (RFC 9110); None where all is to be sent: without the header,
    or for what the server need not understand, as several ranges. Raises NoSuchRange.

    >>> asked_range("bytes=-10", 100)
    ByteRange(first=90, last=99, total=100)
    """
    match = RANGE.fullmatch(asked.strip())
    if not match or match.groups() == ("", ""):
        return None
    first, last = match.groups()
    if not first:
        length = int(last)
        if not length:
            raise NoSuchRange(asked)
        return ByteRange(max(0, total - length), total - 1, total)
    begin, end = int(first), min(int(last), total - 1) if last else total - 1
    if last and int(last) < begin:
        return None  # not a valid range, which is as if there were none
    if begin >= total:
        raise NoSuchRange(asked)
    return ByteRange(begin, end, total)


def content(samples: np.ndarray, part: ByteRange) -> Iterator[bytes]:
    """The bytes of a range of the file with these samples, block by block: memory does not depend
    on the length of either.
    """
    if part.first < HEADER_BYTES:
        yield header(len(samples))[part.first : min(part.last + 1, HEADER_BYTES)]
    begin, end = (max(0, at - HEADER_BYTES) for at in (part.first, part.last + 1))
    for at in range(begin // 2, -(-end // 2), BLOCK_SAMPLES):
        block = pcm(samples[at : min(at + BLOCK_SAMPLES, -(-end // 2))])
        yield block[max(0, begin - 2 * at) : end - 2 * at]
