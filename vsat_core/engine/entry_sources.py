"""Which recordings a folder of the cache came from: an empty file for each, named by its digest, so
that several processes can add theirs without a lock.
"""

from collections.abc import Collection
from pathlib import Path


def add_source(folder: Path, source: str) -> None:
    """Note that the recording with this digest led here; "" is none. Raises OSError."""
    if source:
        _file(folder, source).touch()


def comes_from(folder: Path, sources: Collection[str]) -> bool:
    """Whether a recording with one of these digests led here."""
    return any(_file(folder, source).exists() for source in sources)


def keep_sources(before: Path, after: Path) -> None:
    """Note in `after` what is noted in `before`, which may not be there. Raises OSError."""
    for file in before.glob("source-*"):
        (after / file.name).touch()


def source_name(source: str) -> str:
    """The name of the file."""
    return f"source-{source}"


def _file(folder: Path, source: str) -> Path:
    return folder / source_name(source)
