"""A library and the transcripts that lie in its folder: which are new or changed since."""

from __future__ import annotations

import os
import re
import sqlite3
from collections.abc import Iterable, Iterator
from pathlib import Path

import attrs

from vsat_core.library.location import root_of, stored_name

TRANSCRIPT = re.compile(rb'\s*\{\s*"vsat"')


@attrs.frozen
class Known:
    """What a library knows of files, by their names in it: size and time of change."""

    files: dict[str, tuple[int, int]]

    @classmethod
    def read(cls, base: sqlite3.Connection) -> Known:
        """From the tables."""
        query = (
            "SELECT file, file_bytes, file_mtime_ns FROM recording WHERE file IS NOT NULL "
            "UNION ALL SELECT file, file_bytes, file_mtime_ns FROM passed_over"
        )
        return cls({name: (size, mtime) for name, size, mtime in base.execute(query)})


def news(library: Path, known: Known, folder: Path | None = None) -> list[Path]:
    """The json files below a folder (by default the library's) that the library has not read as
    they are now, in order of name.
    """
    found = []
    for file in json_files(folder or root_of(library)):
        try:
            status = os.stat(file)
        except OSError:
            continue
        name = stored_name(library, file)
        if known.files.get(name) != (status.st_size, status.st_mtime_ns):
            found.append(file)
    return found


def json_files(folder: Path) -> Iterator[Path]:
    """The .json files at any depth, in order of name; of a file, that file."""
    if folder.is_file():
        yield folder
        return
    for place, inner, names in os.walk(folder):
        inner[:] = sorted(name for name in inner if not name.startswith("."))
        yield from (Path(place, name) for name in sorted(names) if name.lower().endswith(".json"))


def looks_like_transcript(file: Path) -> bool:
    """Whether a file begins as `vsat run` begins them. Raises OSError."""
    with file.open("rb") as opened:
        return bool(TRANSCRIPT.match(opened.read(64)))


def gone(library: Path, names: Iterable[str]) -> list[str]:
    """Which transcripts are not there any more."""
    root = root_of(library)
    return [name for name in names if not os.path.exists(root / name)]
