"""The next recording is read from its disk while this one is worked on."""

from __future__ import annotations

import contextlib
import os
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Protocol, TypeVar


class HasPath(Protocol):
    """What knows where its recording lies."""

    @property
    def path(self) -> Path:
        """The file."""


class HasSource(Protocol):
    """A piece of work on one recording."""

    @property
    def source(self) -> HasPath:
        """The recording."""


J = TypeVar("J", bound=HasSource)


def reading_ahead(jobs: Sequence[J]) -> Iterator[J]:
    """Each job in order; as it is handed out the system is told to fetch the recording of the next
    one.
    """
    for i, job in enumerate(jobs):
        if i + 1 < len(jobs):
            fetch(jobs[i + 1].source.path)
        yield job


def fetch(path: Path) -> None:
    """Ask for the file to be read into the system's cache; returns at once, and whatever fails is
    left to decode.
    """
    if not hasattr(os, "posix_fadvise"):
        return
    with contextlib.suppress(OSError):
        handle = os.open(path, os.O_RDONLY | os.O_NONBLOCK)
        try:
            os.posix_fadvise(handle, 0, 0, os.POSIX_FADV_WILLNEED)
        finally:
            os.close(handle)
