"""The header of a WAV file: RIFF chunks, also where the recorder never came back to write the
lengths.
"""

import struct
from pathlib import Path
from typing import BinaryIO

import attrs

from vsat_core.errors import InputError
from vsat_plugins.decode.chunks import chunks, is_name
from vsat_plugins.decode.recording import check_rate, cut_short, size_of

PCM, FLOAT, EXTENSIBLE = 1, 3, 0xFFFE
STREAMED_SIZE = 0x7FFF_0000  # about what sox and arecord put when they write to a pipe
# what streaming writers put, and what RF64 puts when `ds64` holds the true one
UNKNOWN_SIZE = 0xFFFF_FFFF


@attrs.frozen
class WaveHeader:
    """The header of a WAV file, and where its sound really lies (`offset`, `n_bytes`).

    `format_tag` is that of the sub-format where the file is WAVE_FORMAT_EXTENSIBLE; `frame_bytes`
    covers all channels; `declared_bytes` is None where the header does not say how long the sound
    is.
    """

    format_tag: int
    channels: int
    rate_hz: int
    bytes_per_s: int
    frame_bytes: int
    offset: int
    n_bytes: int
    declared_bytes: int | None

    @property
    def n_frames(self) -> int:
        """Whole frames in the file; of formats with a constant number of bytes a frame only."""
        return self.n_bytes // self.frame_bytes

    @property
    def misleading(self) -> bool:
        """Whether the header does not say how long the sound is, or says less than there is."""
        return self.declared_bytes is None or self.declared_bytes < self.n_bytes

    def complaint(self) -> str:
        """The note this file deserves, or ""."""
        second = max(1, self.bytes_per_s)
        if self.declared_bytes is None:
            return (
                "its header does not say how long it is; "
                f"read to the end of the file ({self.n_bytes / second:.2f} s)"
            )
        if self.declared_bytes > self.n_bytes:
            return cut_short(self.n_bytes / second, self.declared_bytes / second)
        if self.declared_bytes < self.n_bytes:
            return (
                f"its header promises {self.declared_bytes / second:.2f} s, but the sound goes on; "
                f"read to the end of the file ({self.n_bytes / second:.2f} s)"
            )
        return ""


def is_riff(head: bytes) -> bool:
    """Whether these first 12 bytes begin a little-endian WAV file, also one cut off within them."""
    return head[:4] in (b"RIFF", b"RF64") and b"WAVE".startswith(head[8:12])


def read_header(file: BinaryIO, path: Path) -> WaveHeader:
    """Walk the chunks up to the sound.

    `file` must begin as `is_riff` asks. Raises InputError if the header is cut off or says
    impossible things.
    """
    size = size_of(file)
    form, large_size = None, None
    for name, begin, length in chunks(file, 12):
        if name == b"data":
            position = begin
            break
        if name == b"fmt ":
            form = file.read(min(length, 40))
        elif name == b"ds64":
            large_size = int.from_bytes(file.read(16)[8:], "little")
    else:
        raise InputError(
            f"{path}: is cut off inside its WAV header ({size} bytes); record or copy it again"
        )
    if form is None or len(form) < 16:
        raise InputError(
            f"{path}: is a WAV file without a format before its sound; export it again"
        )
    declared = large_size if length == UNKNOWN_SIZE and large_size is not None else length
    # sound above 4 GiB whose length ran over its 32 bits
    wrapped = size - position - declared > UNKNOWN_SIZE
    never_written = declared == 0 and not _only_chunks_follow(file, position, size)
    streamed = STREAMED_SIZE <= declared <= 0x7FFF_FFFF and declared > size - position
    unknown = declared == UNKNOWN_SIZE or wrapped or never_written or streamed
    goes_on = not unknown and _sound_follows(file, position + declared, size, form)
    return _header(path, form, position, size, None if unknown else declared, goes_on)


def _only_chunks_follow(file: BinaryIO, position: int, size: int) -> bool:
    """Whether the rest of the file is chunks with names: only then is a length of 0 the truth."""
    end = position
    for name, begin, length in chunks(file, position):
        if not is_name(name):
            return False
        end = begin + length + length % 2
    return size <= end <= size + 1


def _sound_follows(file: BinaryIO, position: int, size: int, form: bytes) -> bool:
    """Whether a good part of a second lies behind the declared sound that is no chunk with a
    name.
    """
    bytes_per_s = int.from_bytes(form[8:12], "little")
    if form[:2] not in (b"\x01\0", b"\x03\0", b"\xfe\xff") or size - position < 0.25 * bytes_per_s:
        return False
    file.seek(position + position % 2)
    if is_name(file.read(4)):
        return False
    file.seek(position)
    return any(any(block) for block in iter(lambda: file.read(1 << 20), b""))  # zeros are padding


def _header(
    path: Path, form: bytes, offset: int, size: int, declared: int | None, goes_on: bool
) -> WaveHeader:
    tag, channels, rate, bytes_per_s, frame_bytes, _ = struct.unpack("<HHIIHH", form[:16])
    if tag == EXTENSIBLE and len(form) >= 26:
        tag = int.from_bytes(form[24:26], "little")
    if channels == 0 or frame_bytes == 0:
        raise InputError(
            f"{path}: its WAV header says {channels} channels of {frame_bytes} bytes; export it "
            "again"
        )
    check_rate(rate, path)
    if tag in (PCM, FLOAT):  # the field is often wrong; of compressed sound it is all there is
        bytes_per_s = frame_bytes * rate
    there = size - offset
    n_bytes = there if declared is None or goes_on else min(declared, there)
    return WaveHeader(tag, channels, rate, bytes_per_s, frame_bytes, offset, n_bytes, declared)
