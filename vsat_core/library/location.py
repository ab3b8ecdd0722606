"""Which file is the library of a folder. Imports only what `vsat search` may import."""

from __future__ import annotations

import os
from pathlib import Path

FOLDER = ".vsat"  # in an output folder: see result_records
NAME = "library.sqlite"
JOURNAL_ENDING = ".edits"


def library_of(folder: Path) -> Path:
    """The library of an output folder, which need not exist."""
    return folder / FOLDER / NAME


def library_at(path: Path) -> Path:
    """What --library or config.toml names: a file with an ending, or a folder of transcripts."""
    path = path.expanduser()
    return library_of(path) if path.is_dir() or not path.suffix else path


def journal_of(library: Path) -> Path:
    """The journal beside a library."""
    return library.with_suffix(JOURNAL_ENDING)


def root_of(library: Path) -> Path:
    """The folder whose transcripts a library has under short names."""
    folder = library.parent
    return Path(os.path.abspath(folder.parent if folder.name == FOLDER else folder))


def stored_name(library: Path, file: Path) -> str:
    """How a transcript is called in a library: by its place below the library's folder, or by its
    whole path.
    """
    whole, root = os.path.abspath(file), str(root_of(library))
    inside = root.rstrip(os.sep) + os.sep
    return whole.removeprefix(inside) if whole.startswith(inside) else whole


def whole_path(library: Path, name: str) -> Path:
    """The path of a transcript from its name in a library."""
    return root_of(library) / name
