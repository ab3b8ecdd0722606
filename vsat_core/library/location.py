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
    path = Path(os.path.expanduser(path))  # a user that is not there has no home: left as it is
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


def is_storable(name: str) -> bool:
    """Whether a library can have this name: some names of files are no text."""
    try:
        name.encode()
    except UnicodeEncodeError:
        return False
    return True


def whole_path(library: Path, name: str) -> Path:
    """The path of a transcript from its name in a library."""
    return root_of(library) / name


def library_for(folder: Path) -> Path:
    """The library that has the transcripts of a folder: its own, else that of the nearest folder
    above that has one; its own, which is to be made, where there is none.
    """
    inside = Path(os.path.abspath(folder))
    for place in (inside, *inside.parents):
        if os.path.exists(library_of(place)) or os.path.exists(journal_of(library_of(place))):
            return library_of(place)
    return library_of(folder)


def configured() -> Path | None:
    """The library that config.toml names, None if it names none. What else is wrong with that file
    is not said here (see user_config).
    """
    from vsat_core.config import places

    path = places.config_folder() / "config.toml"
    if not os.path.isfile(path):
        return None
    import tomllib

    try:
        named = tomllib.loads(path.read_text(encoding="utf-8")).get("library")
    except (OSError, ValueError, RecursionError):
        return None
    return library_at(Path(named)) if isinstance(named, str) and named else None
