"""The frames of MPEG audio (MP3, MP2): where each recording of a joined file begins, and what is no
frame.

Frame headers as in ISO/IEC 11172-3, 2.4.1.3 and 13818-3. The Xing or Info frame that encoders put
first holds the number of frames of that recording, and players stop there. Files that were joined
hold several.
"""

import functools
import re
from collections.abc import Sequence
from typing import BinaryIO

import attrs

BLOCK = 1 << 20
LANDMARK = re.compile(rb"\xff[\xe2-\xff]|ID3|TAG|APETAGEX|LYRICSBEGIN")
PADDING = 4096  # bytes behind the last frame that are no damage
XING = re.compile(
    rb".{4}(?:.{9}|.{17}|.{32}|.{2}(?:.{9}|.{17}|.{32}))(?:Xing|Info)(....)(....)", re.DOTALL
)


def _rates(text: str) -> Sequence[int]:
    return [int(kbits) for kbits in text.split()]


# kbit/s by layer and index: MPEG 1, then MPEG 2 and 2.5
_V1 = (
    range(32, 449, 32),
    _rates("32 48 56 64 80 96 112 128 160 192 224 256 320 384"),
    _rates("32 40 48 56 64 80 96 112 128 160 192 224 256 320"),
)
_V2 = (
    _rates("32 48 56 64 80 96 112 128 144 160 176 192 224 256"),
    *[_rates("8 16 24 32 40 48 56 64 80 96 112 128 144 160")] * 2,
)


@attrs.frozen
class Frame:
    """Size in bytes, and samples a channel, of the frame that a header announces."""

    size: int
    samples: int
    rate_hz: int
    kind: int  # what stays the same in one recording: version, layer, sampling rate


@attrs.define
class MpegPart:
    """One recording of a file: bytes begin..end, its frames without a Xing frame, and what is not a
    frame.
    """

    begin: int
    end: int
    first: bytes  # header of the first frame
    rate_hz: int
    kind: int
    promised_frames: int | None  # by its Xing frame
    n_frames: int = 0
    n_samples: int = 0
    n_bytes: int = 0  # of these frames
    # (seconds into this recording, bytes)
    holes: list[tuple[float, int]] = attrs.field(factory=list)

    @property
    def seconds(self) -> float:
        """Duration of its frames."""
        return self.n_samples / self.rate_hz

    @property
    def layer(self) -> int:
        """1, 2 or 3."""
        return 4 - (self.kind >> 1 & 3)

    @property
    def first_size(self) -> int:
        """Bytes of the first frame."""
        frame = frame_of(self.first)
        return frame.size if frame else 0

    def xing_frame(self) -> bytes:
        """A Xing frame that counts the frames of this recording."""
        mpeg_1, mono = self.first[1] >> 3 & 3 == 3, self.first[3] >> 6 == 3
        side = (17 if mono else 32) if mpeg_1 else (9 if mono else 17)
        start = bytes([self.first[0], self.first[1] | 1, *self.first[2:4]]) + bytes(side)
        tag = b"Xing" + (1).to_bytes(4, "big") + self.n_frames.to_bytes(4, "big")
        return (start + tag).ljust(self.first_size, b"\0")

    @property
    def promised_samples(self) -> int | None:
        """Samples that the Xing frame announces."""
        if not self.promised_frames or not self.n_frames:
            return None
        return self.promised_frames * self.n_samples // self.n_frames


@functools.lru_cache(4096)
def frame_of(header: bytes) -> Frame | None:
    """The frame behind 4 bytes, or None if they are no header (or one of free format).

    >>> frame_of(bytes.fromhex("fffb9064"))
    Frame(size=417, samples=1152, rate_hz=44100, kind=26)
    """
    if len(header) < 4 or header[0] != 0xFF or header[1] & 0xE0 != 0xE0:
        return None
    version, layer = header[1] >> 3 & 3, 4 - (header[1] >> 1 & 3)
    index, rate = header[2] >> 4, header[2] >> 2 & 3
    if version == 1 or layer == 4 or index in (0, 15) or rate == 3:
        return None
    kbits = (_V1 if version == 3 else _V2)[layer - 1][index - 1]
    halvings = {3: 0, 2: 1, 0: 2}[version]  # one in MPEG 2, two in MPEG 2.5
    rate_hz = (44_100, 48_000, 32_000)[rate] >> halvings
    samples = 384 if layer == 1 else 576 if layer == 3 and version != 3 else 1152
    slot = 4 if layer == 1 else 1  # bytes
    slots = samples // (8 * slot) * 1000 * kbits // rate_hz + (header[2] >> 1 & 1)
    return Frame(slots * slot, samples, rate_hz, header[1] & 0x1E)


class _Buffer:
    """A file read in blocks, looked at by position."""

    def __init__(self, file: BinaryIO, end: int) -> None:
        self._file, self._end, self._from, self._data = file, end, 0, b""

    def at(self, position: int, size: int) -> bytes:
        """`size` bytes from `position`, fewer at the end."""
        first = position - self._from
        if first < 0 or first + size > len(self._data):
            self._file.seek(position)
            self._data = self._file.read(max(0, min(max(BLOCK, size), self._end - position)))
            self._from, first = position, 0
        return self._data[first : first + size]


def mpeg_parts(file: BinaryIO, end: int) -> list[MpegPart]:
    """The recordings in a file of `end` bytes: each begins with a Xing frame, or frames of another
    kind.
    """
    look = _Buffer(file, end)
    parts: list[MpegPart] = []
    at, lost, in_step = 0, 0, False  # in_step: the frame before ended exactly here
    while at + 4 <= end:
        frame = frame_of(look.at(at, 4))
        if frame is None or not (in_step or _goes_on(look, at, frame, end)):
            tag = _tag_bytes(look, at)
            step = tag or _next_sync(look, at + 1, end) - at
            lost += 0 if tag else step
            at, in_step = at + step, False
            continue
        promised = _promised_frames(look.at(at, 200))
        if parts and lost:
            parts[-1].holes.append((parts[-1].seconds, lost))
        if promised is not None or not parts or parts[-1].kind != frame.kind:
            parts.append(MpegPart(at, end, look.at(at, 4), frame.rate_hz, frame.kind, promised))
        if promised is None:
            parts[-1].n_frames += 1
            parts[-1].n_samples += frame.samples
            parts[-1].n_bytes += frame.size
        at, lost, in_step = at + frame.size, 0, True
        parts[-1].end = min(at, end)  # tags behind the sound are not the decoder's business
    if parts and lost > PADDING and not _only_zeros(look, parts[-1].end, end):
        parts[-1].holes.append((parts[-1].seconds, lost))
    return parts


def _only_zeros(look: _Buffer, at: int, end: int) -> bool:
    """Whether nothing but padding is left."""
    return not any(any(look.at(place, min(BLOCK, end - place))) for place in range(at, end, BLOCK))


def _goes_on(look: _Buffer, at: int, frame: Frame, end: int) -> bool:
    """Whether another frame of this kind follows, or the end."""
    after = frame_of(look.at(at + frame.size, 4))
    return at + frame.size >= end - 3 or (after is not None and after.kind == frame.kind)


def _next_sync(look: _Buffer, at: int, end: int) -> int:
    """Where the next frame that another one follows may begin, or the next tag; `end` if
    nowhere.
    """
    while at < end:
        block = look.at(at, min(BLOCK, end - at))
        for match in LANDMARK.finditer(block):
            place = at + match.start()
            frame = frame_of(look.at(place, 4))
            if (frame and _goes_on(look, place, frame, end)) or _tag_bytes(look, place):
                return place
        at += max(1, len(block) - 3) if len(block) == BLOCK else len(block) or end
    return end


def _tag_bytes(look: _Buffer, at: int) -> int:
    """The size of the tag that begins here (ID3v2, ID3v1, APEv2, Lyrics3), 0 if none does."""
    head = look.at(at, 32)
    if head[:3] == b"ID3" and len(head) >= 10 and max(head[6:10]) < 128:
        return 10 + (head[6] << 21 | head[7] << 14 | head[8] << 7 | head[9])
    if head[:3] == b"TAG":
        return 128
    if head[:8] == b"APETAGEX" and len(head) == 32:
        is_header = head[23] >> 5 & 1  # else the footer, which stands behind what it describes
        return 32 + int.from_bytes(head[12:16], "little") * is_header
    if head[:11] == b"LYRICSBEGIN":
        text = look.at(at, BLOCK)
        ends = [text.find(mark) + 9 for mark in (b"LYRICS200", b"LYRICSEND") if mark in text]
        return min(ends, default=0)
    return 0


def _promised_frames(head: bytes) -> int | None:
    """The number of frames that a Xing frame beginning with these bytes announces; 0 if it does not
    say; else None.
    """
    match = XING.match(head)
    if not match:
        return None
    return int.from_bytes(match[2], "big") if match[1][3] & 1 else 0
