"""files.baseline: each file row by row."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from vsat_plugins.write.files import FilesWriter
from vsat_plugins.write.rows import Part

BLOCK = 1024  # rows turned into strings at a time


class Baseline(FilesWriter):
    """Memory for strings does not grow with the recording."""

    def store(self, path: Path, parts: Iterator[Part]) -> None:
        with path.open("w", encoding="utf-8", newline="\n") as file:
            for part in parts:
                if isinstance(part, str):
                    file.write(part)
                    continue
                for first in range(0, len(part), BLOCK):
                    file.writelines(part.rows(first, min(first + BLOCK, len(part))))
