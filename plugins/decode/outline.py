"""The outer structure of a file: where each recording of a joined file begins, and whether the last
is cut off.

Only sizes and signatures are read, never the sound. A file whose structure is not known is one
recording.
"""

import re
from collections.abc import Callable, Iterator
from itertools import pairwise
from typing import BinaryIO

import attrs

from vsat_plugins.decode.recording import size_of

BLOCK = 1 << 20
OVERLAP = 64  # bytes of the block before that a signature may begin in
MOST_PARTS = 10_000
OGG_FIRST = re.compile(rb"OggS\x00[\x02\x06]")
# what begins another recording inside a file of this kind; specific enough not to occur by chance
SIGNATURES = {
    "a FLAC file": re.compile(rb"fLaC[\x00\x80]\x00\x00\x22"),
    "an AMR file": re.compile(rb"#!AMR(-WB)?\n"),
    "a Flash video": re.compile(rb"FLV\x01[\x01\x04\x05]\x00\x00\x00\x09\x00\x00\x00\x00"),
}
ASF_HEADER = bytes.fromhex("3026b2758e66cf11a6d900aa0062ce6c")
W64_RIFF = b"riff\x2e\x91\xcf\x11"


# (first bytes of an element, bytes left in the file) -> its size, 0 if it is none
Step = Callable[[bytes, int], int]


@attrs.frozen
class Outline:
    """Bytes begin..end of each recording in the file, and whether its structure goes on after its
    end.
    """

    parts: tuple[tuple[int, int], ...]
    cut: bool = False


def outline_of(file: BinaryIO, kind: str) -> Outline:
    """The outline of a file of this kind (see vsat_core.formats.media). Never raises for what the
    file holds.
    """
    size = size_of(file)
    if kind == "an Ogg file":
        starts, reach = list(_ogg_links(file)), size if _ogg_ends(file) else size + 2
    elif kind in SIGNATURES:
        starts, reach = list(_search(file, SIGNATURES[kind])), size
    elif kind in WALKS:
        starts, reach = _walk(file, size, *WALKS[kind])
    else:
        starts, reach = [0], size
    bounds = [0, *(s for s in starts[:MOST_PARTS] if s), size]
    return Outline(tuple(pairwise(bounds)), reach > size + 1)


def holds_index(file: BinaryIO) -> bool:
    """Whether an MP4 file has its `moov` box, which locates everything in it."""
    at, size = 0, size_of(file)
    while at < size:
        file.seek(at)
        head = file.read(16)
        if head[4:8] == b"moov":
            return True
        at += _box(head, size - at) or size
    return False


def _search(file: BinaryIO, signature: re.Pattern[bytes]) -> Iterator[int]:
    """Where the signature occurs in the file."""
    file.seek(0)
    at, tail, last = 0, b"", -1
    while block := file.read(BLOCK):
        data, base = tail + block, at - len(tail)
        for match in signature.finditer(data):
            if base + match.start() > last:
                last = base + match.start()
                yield last
        at, tail = at + len(block), data[-OVERLAP:]


def _ogg_links(file: BinaryIO) -> Iterator[int]:
    """Where each link of a chained Ogg stream begins: the first page of the streams in it (RFC
    3533, section 4).
    """
    page_end = -1
    for at in list(_search(file, OGG_FIRST)):
        if at != page_end:  # else a second stream of the same link
            yield at
        file.seek(at)
        head = file.read(27 + 255)
        n = head[26] if len(head) > 26 else 0
        page_end = at + 27 + n + sum(head[27 : 27 + n])


def _ogg_ends(file: BinaryIO) -> bool:
    """Whether the last page of an Ogg stream is complete and marked as the last (RFC 3533,
    section 6).
    """
    file.seek(max(0, size_of(file) - (1 << 17)))  # a page has at most 65307 bytes
    tail = file.read()
    page = tail[tail.rfind(b"OggS") :]
    complete = len(page) > 27 and len(page) >= 27 + page[26] + sum(page[27 : 27 + page[26]])
    return complete and bool(page[5] & 4)


def _walk(
    file: BinaryIO, size: int, step: Step, begins: Callable[[bytes], bool]
) -> tuple[list[int], int]:
    """Places of elements that begin a recording, walking from element to element, and where the
    last one ends.
    """
    starts: list[int] = []
    at = 0
    while at < size and len(starts) < MOST_PARTS:
        file.seek(at)
        head = file.read(64)
        length = step(head, size - at)
        if length <= 0:
            break  # not an element: what is left belongs to the recording before, or is nothing
        if begins(head):
            starts.append(at)
        at += length
    return starts, at


def _riff(head: bytes, left: int) -> int:
    if head[:4] == b"RF64":
        return int.from_bytes(head[20:28], "little") + 8 if head[12:16] == b"ds64" else left
    length = int.from_bytes(head[4:8], "big" if head[:4] == b"RIFX" else "little")
    known = head[:4] in (b"RIFF", b"RIFX") and 4 < length < 0x7FFF_0000
    return (8 + length + length % 2) if known else left if head[:4] in (b"RIFF", b"RIFX") else 0


def _form(head: bytes, left: int) -> int:
    length = int.from_bytes(head[4:8], "big")
    return 8 + length + length % 2 if head[:4] == b"FORM" and 4 < length < 0x7FFF_0000 else 0


def _box(head: bytes, left: int) -> int:
    """ISO/IEC 14496-12, 4.2."""
    length, name = int.from_bytes(head[:4], "big"), head[4:8]
    if not all(32 <= c < 127 or c == 169 for c in name) or len(name) < 4:
        return 0
    if length == 1:
        return int.from_bytes(head[8:16], "big")
    return left if length == 0 else length if length >= 8 else 0


def _ebml(head: bytes, left: int) -> int:
    """RFC 8794: an element's id and size; a size of ones only is unknown."""
    if head[:4] not in (b"\x1aE\xdf\xa3", b"\x18S\x80g", b"\xec"):
        return 0
    width = 9 - head[4].bit_length() if len(head) > 12 and head[4] else 0
    if not width:
        return 0
    value = int.from_bytes(head[4 : 4 + width], "big") & ((1 << 7 * width) - 1)
    return left if value == (1 << 7 * width) - 1 else 4 + width + value


def _asf(head: bytes, left: int) -> int:
    length = int.from_bytes(head[16:24], "little")
    return length if length >= 24 and head[3:4] in b"\x75\x11\xd3\xfe\xd6" else 0


def _w64(head: bytes, left: int) -> int:
    length = int.from_bytes(head[16:24], "little")
    if head[:8] != W64_RIFF:
        return 0
    return left if length >= 1 << 62 else -(-length // 8) * 8  # all ones where it came from a pipe


def _caf(head: bytes, left: int) -> int:
    """The file header, or a chunk; -1 is the size of sound that goes on to the end."""
    if head[:4] == b"caff":
        return 8
    length = int.from_bytes(head[4:12], "big", signed=True)
    if not all(32 <= c < 127 for c in head[:4]) or len(head) < 12:
        return 0
    return left if length < 0 else 12 + length


def _au(head: bytes, left: int) -> int:
    if head[:4] != b".snd":
        return 0
    length = int.from_bytes(head[8:12], "big")
    return left if length == 0xFFFF_FFFF else int.from_bytes(head[4:8], "big") + length


def _wavpack(head: bytes, left: int) -> int:
    """A block, or a tag between joined files."""
    if head[:8] == b"APETAGEX":
        header = 32 * (head[23] >> 7)  # is not counted, a footer is
        return int.from_bytes(head[12:16], "little") + header
    return 8 + int.from_bytes(head[4:8], "little") if head[:4] == b"wvpk" else 0


def _marked(at: int, mark: bytes) -> Callable[[bytes], bool]:
    return lambda head: head.startswith(mark, at)


WALKS = {  # kind: (the size of the element at a place, whether it begins a recording)
    "a WAV file": (_riff, _marked(8, b"WAVE")),
    "an AVI video": (_riff, _marked(8, b"AVI ")),
    "an AIFF file": (_form, _marked(8, b"AIF")),
    "an MP4 or M4A file": (_box, _marked(4, b"ftyp")),
    "a QuickTime file": (_box, lambda head: False),
    "a WebM or Matroska file": (_ebml, _marked(0, b"\x1aE\xdf\xa3")),
    "a WMA or WMV file": (_asf, _marked(0, ASF_HEADER)),
    "a Sony Wave64 file": (_w64, _marked(0, W64_RIFF)),
    "a CAF file": (_caf, _marked(0, b"caff")),
    "an AU file": (_au, _marked(0, b".snd")),
    "a WavPack file": (
        _wavpack,
        lambda head: head[:4] == b"wvpk" and not any(head[16:20]) and bool(head[25] & 8),
    ),
}
