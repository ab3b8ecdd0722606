"""A library and the transcripts that lie in its folder: which are new or changed since."""

# annotations are not postponed: NamedTuple would compile each of them, at every start

import contextlib
import os
import sqlite3
from collections.abc import Iterable, Iterator
from itertools import islice
from pathlib import Path
from typing import NamedTuple, Self

from vsat_core.formats.beginnings import begins_transcript
from vsat_core.library.location import FOLDER, is_storable, root_of, stored_name, whole_path

Entries = tuple[str, list[os.DirEntry[str]]]  # a folder and files in it


class Known(NamedTuple):
    """What a library knows of files, by their names in it: size and time of change."""

    files: dict[str, tuple[int, int]]

    @classmethod
    def read(cls, base: sqlite3.Connection) -> Self:
        """From the tables."""
        query = (
            "SELECT file, file_bytes, file_mtime_ns FROM recording WHERE file IS NOT NULL "
            "UNION ALL SELECT file, file_bytes, file_mtime_ns FROM passed_over"
        )
        return cls({name: (size, mtime) for name, size, mtime in base.execute(query)})


def news(library: Path, known: Known, folder: Path | None = None) -> list[Path]:
    """The json files below a folder that the library has not read as they are now, in order of
    name; not those whose name is no text, which no library can have. Without a folder: below that
    of the library; beside the transcripts that it knows where it is a file of its own, such as
    ~/vsat.sqlite.
    """
    if folder is not None and folder.is_file():
        status = os.stat(folder)
        name = stored_name(library, folder)
        same = known.files.get(name) == _version(status)
        return [] if same or not is_storable(name) else [folder]
    found = []
    for place, entries in _looked_at(library, known, folder):
        inside = stored_name(library, Path(place, "x"))[:-1]  # how names of this folder begin
        for entry in entries:
            with contextlib.suppress(OSError):
                is_new = known.files.get(inside + entry.name) != _version(entry.stat())
                if is_new and is_storable(inside + entry.name):
                    found.append(Path(entry.path))
    return found


def _version(status: os.stat_result) -> tuple[int, int]:
    return status.st_size, status.st_mtime_ns


def _looked_at(library: Path, known: Known, folder: Path | None) -> Iterator[Entries]:
    if folder is not None or library.parent.name == FOLDER:
        yield from _json_entries(str(folder or root_of(library)))
        return
    for place in sorted({whole_path(library, name).parent for name in known.files}):
        yield from islice(_json_entries(str(place)), 1)


def _json_entries(folder: str) -> Iterator[Entries]:
    """A folder, and those below it at any depth, each with its .json files in order of name."""
    try:
        with os.scandir(folder) as opened:
            entries = sorted(opened, key=lambda entry: entry.name)
    except OSError:
        return
    yield folder, [e for e in entries if e.name.lower().endswith(".json") and not e.is_dir()]
    for entry in entries:
        if not entry.name.startswith(".") and entry.is_dir(follow_symlinks=False):
            yield from _json_entries(entry.path)


def json_files(folder: Path) -> Iterator[Path]:
    """The .json files at any depth, in order of name; of a file, that file."""
    if folder.is_file():
        yield folder
        return
    for _, entries in _json_entries(str(folder)):
        yield from (Path(entry.path) for entry in entries)


def looks_like_transcript(file: Path) -> bool:
    """Whether a file begins as `vsat run` begins them. Raises OSError."""
    with file.open("rb") as opened:
        return begins_transcript(opened.read(64))


def gone(library: Path, names: Iterable[str]) -> list[str]:
    """Which transcripts are not there any more."""
    root = root_of(library)
    return [name for name in names if not os.path.exists(root / name)]
