"""Part of a file as if it were a file of its own, for libsndfile."""
from __future__ import annotations

import io
from typing import Any, BinaryIO


class Window(io.RawIOBase):
    """Bytes begin..end of an open file, readable and seekable. It does not close that file, and has no name:
    libsndfile then goes by content alone.
    """

    def __init__(self, file: BinaryIO, begin: int, end: int) -> None:
        super().__init__()
        self._file, self._begin, self._size, self._at = file, begin, end - begin, 0

    def readable(self) -> bool:
        """Yes."""
        return True

    def seekable(self) -> bool:
        """Yes."""
        return True

    def readinto(self, buffer: Any) -> int:
        """Fill the buffer as far as the window goes."""
        view = memoryview(buffer)
        view = view[: max(0, min(len(view), self._size - self._at))]
        self._file.seek(self._begin + self._at)
        got = self._file.readinto(view)  # type: ignore[attr-defined]
        self._at += got
        return int(got)

    def seek(self, offset: int, whence: int = io.SEEK_SET) -> int:
        """Move to a byte of the window."""
        self._at = max(0, (0, self._at, self._size)[whence] + offset)
        return self._at

    def tell(self) -> int:
        """Where in the window reading goes on."""
        return self._at
