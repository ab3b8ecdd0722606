"""files.buffered: all strings of a file first, then the file at once."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from vsat_plugins.write.files import FilesWriter
from vsat_plugins.write.rows import Part


class Buffered(FilesWriter):
    """More memory, fewer calls of the system."""

    def store(self, path: Path, parts: Iterator[Part]) -> None:
        texts = (p if isinstance(p, str) else "".join(p.rows(0, len(p))) for p in parts)
        path.write_bytes("".join(texts).encode())
