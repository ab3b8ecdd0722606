"""A library and the transcripts that lie in its folder: which are new or changed since."""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import NamedTuple

from vsat_core.formats.beginnings import begins_transcript
from vsat_core.library.location import FOLDER, root_of, stored_name, whole_path


class Known(NamedTuple):
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
    """The json files below a folder that the library has not read as they are now, in order of
    name. Without a folder: below that of the library; beside the transcripts that it knows where it
    is a file of its own, such as ~/vsat.sqlite.
    """
    found = []
    for file in _looked_at(library, known, folder):
        try:
            status = os.stat(file)
        except OSError:
            continue
        name = stored_name(library, file)
        if known.files.get(name) != (status.st_size, status.st_mtime_ns):
            found.append(file)
    return found


def _looked_at(library: Path, known: Known, folder: Path | None) -> Iterator[Path]:
    if folder is not None or library.parent.name == FOLDER:
        yield from json_files(folder or root_of(library))
        return
    for place in sorted({whole_path(library, name).parent for name in known.files}):
        if place.is_dir():
            yield from sorted(file for file in place.iterdir() if file.suffix.lower() == ".json")


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
        return begins_transcript(opened.read(64))


def gone(library: Path, names: Iterable[str]) -> list[str]:
    """Which transcripts are not there any more."""
    root = root_of(library)
    return [name for name in names if not os.path.exists(root / name)]
