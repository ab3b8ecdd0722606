"""Part of a file as if it were a file of its own."""

import io
from typing import Any, BinaryIO

BUFFER = 1 << 16


def open_window(
    file: BinaryIO,
    begin: int,
    end: int,
    prefix: bytes = b"",
    patches: dict[int, bytes] | None = None,
) -> BinaryIO:
    """`prefix`, then bytes begin..end of an open file, readable and seekable.

    `patches` replaces bytes at places counted from the beginning of the window. Closing it leaves
    the file open. It has no name: libraries then go by content alone.
    """
    return io.BufferedReader(_Window(file, begin, end, prefix, patches or {}), BUFFER)


class _Window(io.RawIOBase):
    """The raw bytes behind `open_window`."""

    def __init__(
        self, file: BinaryIO, begin: int, end: int, prefix: bytes, patches: dict[int, bytes]
    ) -> None:
        super().__init__()
        self._file, self._begin, self._prefix, self._patches = file, begin, prefix, patches
        self._size, self._at = len(prefix) + end - begin, 0

    def readable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        view = memoryview(buffer).cast("B")
        view = view[: max(0, min(len(view), self._size - self._at))]
        first = self._prefix[self._at : self._at + len(view)]
        view[: len(first)] = first
        got = len(first)
        if got < len(view):
            self._file.seek(self._begin + self._at + got - len(self._prefix))
            got += self._file.readinto(view[got:])  # type: ignore[attr-defined]
        for place, content in self._patches.items():
            for i in range(max(0, self._at - place), min(len(content), self._at + got - place)):
                view[place + i - self._at] = content[i]
        self._at += got
        return int(got)

    def seek(self, offset: int, whence: int = io.SEEK_SET) -> int:
        self._at = max(0, (0, self._at, self._size)[whence] + offset)
        return self._at

    def tell(self) -> int:
        return self._at
