"""The pieces of a long stage that are computed already, in a file that any end of the process
leaves readable.

The file only grows: each piece is one record, written by one call. A record is its length and
CRC-32, little-endian uint32, then its name and value in MessagePack. What follows the first record
that is incomplete or damaged is cut off. One process at a time has the file (flock).
"""

from __future__ import annotations

import contextlib
import fcntl
import os
import struct
import threading
import zlib
from pathlib import Path
from typing import TypeVar

import msgspec
import numpy as np

Value = TypeVar("Value")
HEAD = struct.Struct("<II")
MAX_BYTES = 1 << 30  # of a record: a length above this is damage


class Journal:
    """Pieces by name, for several threads. A disk that refuses costs pieces, never the run."""

    def __init__(self, path: Path, handle: int) -> None:
        self.path = path
        self._handle = handle
        self._guard = threading.Lock()
        self._places: dict[str, tuple[int, int]] = {}  # offset and length of what MessagePack wrote
        self._end = 0  # of the last whole record; -1 when nothing more can be written
        self._read()

    @classmethod
    def open(cls, path: Path) -> Journal | None:
        """The journal at `path`, made if need be; None where another process has it, or the disk
        refuses.
        """
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            handle = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC | os.O_NOFOLLOW, 0o600)
        except OSError:
            return None
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
            os.utime(handle)
            if os.path.samestat(os.fstat(handle), path.stat()):  # else it was removed meanwhile
                return cls(path, handle)
        except OSError:
            pass
        os.close(handle)
        return None

    def __len__(self) -> int:
        return len(self._places)

    def get(self, name: str, kind: type[Value]) -> Value | None:
        """The piece of this name; None where there is none, or it is no `kind`."""
        with self._guard:
            if self._handle < 0 or name not in self._places:
                return None
            offset, length = self._places[name]
            try:
                data = os.pread(self._handle, length, offset)
            except OSError:
                return None
        try:
            return msgspec.msgpack.decode(data, type=tuple[str, kind], dec_hook=_array)[1]  # type: ignore[valid-type]
        except (ValueError, TypeError):  # of an older kind, or not what was written
            return None

    def add(self, name: str, value: object) -> None:
        """Keep a piece. Raises TypeError for a value that a journal cannot hold."""
        data = msgspec.msgpack.encode((name, value), enc_hook=_plain)
        record = HEAD.pack(len(data), zlib.crc32(data)) + data
        with self._guard:
            if self._handle < 0 or self._end < 0 or len(data) > MAX_BYTES:
                return
            try:
                whole = os.pwrite(self._handle, record, self._end) == len(record)
            except OSError:
                whole = False
            if whole:
                self._places[name] = self._end + HEAD.size, len(data)
                self._end += len(record)
                return
            with contextlib.suppress(OSError):  # a full disk: go on without
                os.ftruncate(self._handle, self._end)
            self._end = -1

    def close(self) -> None:
        """Let go of the file. Threads still at work may call `get` and `add`, in vain."""
        with self._guard:
            if self._handle >= 0:
                os.close(self._handle)
            self._handle = -1

    def _read(self) -> None:
        """Find the pieces, one at a time in memory, and cut off what is damaged."""
        with os.fdopen(os.dup(self._handle), "rb") as file:
            while len(head := file.read(HEAD.size)) == HEAD.size:
                length, crc = HEAD.unpack(head)
                data = file.read(length) if length <= MAX_BYTES else b""
                if len(data) < length or zlib.crc32(data) != crc:
                    break
                try:
                    name = msgspec.msgpack.decode(data, type=tuple[str, msgspec.Raw])[0]
                except ValueError:
                    break
                self._places[name] = self._end + HEAD.size, length
                self._end += HEAD.size + length
        with contextlib.suppress(OSError):
            os.ftruncate(self._handle, self._end)


def _plain(value: object) -> object:
    """What MessagePack holds of NumPy's values. Raises TypeError for others."""
    if isinstance(value, np.ndarray) and not value.dtype.hasobject and not value.dtype.names:
        return value.dtype.str, value.shape, np.ascontiguousarray(value).tobytes()
    if isinstance(value, np.generic):
        return value.item()
    raise TypeError(
        f"a piece of a stage may hold arrays, texts, numbers, lists and attrs classes of these, "
        f"not {type(value).__name__}"
    )


def _array(  # type: ignore[explicit-any]  # it is in the stubs of NumPy
    kind: type, value: object
) -> np.ndarray:
    """The array again, read-only. Raises ValueError or TypeError for what is none."""
    if not issubclass(kind, np.ndarray):
        raise TypeError(f"a journal gives no {kind.__name__}")
    dtype, shape, data = msgspec.convert(value, tuple[str, tuple[int, ...], bytes])
    return np.frombuffer(data, np.dtype(dtype)).reshape(shape)
