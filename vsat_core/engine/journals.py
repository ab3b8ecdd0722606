"""Journals of stages that were stopped: one folder each in the cache, named by the key that the
result would have, so that no other code, params, models or input meets them.
"""

from __future__ import annotations

import contextlib
import shutil
import time
from collections.abc import Collection, Iterator
from pathlib import Path

import attrs

from vsat_core.contract.journal import Journal
from vsat_core.engine.entry_sources import add_source, comes_from

FOLDER = "partial"
FILE = "pieces"
STALE_S = 7 * 24 * 3600  # nobody goes on with a run that was stopped so long ago


@attrs.frozen
class Unfinished:
    """The pieces of one result on disk."""

    folder: Path
    nbytes: int
    used: float  # seconds since the epoch


def open_journal(cache: Path, key: str, source: str) -> Journal | None:
    """The journal of a result, for the recording with the digest `source`; None where there can be
    none.
    """
    folder = cache / FOLDER / key
    journal = Journal.open(folder / FILE)
    if journal is not None:
        try:
            add_source(folder, source)
        except OSError:  # pieces that `forget` would not find must not be kept
            journal.close()
            return None
    return journal


def all_unfinished(cache: Path) -> Iterator[Unfinished]:
    """Every journal, in no order."""
    for folder in (cache / FOLDER).glob("*"):
        with contextlib.suppress(OSError):
            status = (folder / FILE).stat()
            yield Unfinished(folder, status.st_size, status.st_mtime)


def remove(cache: Path, key: str) -> None:
    """The result is there: its pieces are needed no more."""
    shutil.rmtree(cache / FOLDER / key, ignore_errors=True)


def remove_stale(cache: Path) -> None:
    """Remove what nobody has touched for long."""
    for each in list(all_unfinished(cache)):
        if time.time() - each.used > STALE_S:
            shutil.rmtree(each.folder, ignore_errors=True)


def forget(cache: Path, sources: Collection[str]) -> list[Unfinished]:
    """Remove what came from these recordings. Returns what was removed."""
    gone = [each for each in all_unfinished(cache) if comes_from(each.folder, sources)]
    for each in gone:
        shutil.rmtree(each.folder, ignore_errors=True)
    return gone


def clear(cache: Path) -> int:
    """Remove everything. Returns bytes freed."""
    freed = sum(each.nbytes for each in all_unfinished(cache))
    shutil.rmtree(cache / FOLDER, ignore_errors=True)
    return freed
