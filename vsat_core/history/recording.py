"""Results of a command, or of a file, into the history."""

from __future__ import annotations

import time
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from vsat_core.history.documents import (
    iso,
    measurements_of,
    own_commit,
    own_date,
    read_document,
)
from vsat_core.history.measurement import Commit
from vsat_core.history.repository import commit_named, current
from vsat_core.history.store import Store, default_file, opened


def record(document: Mapping[str, Any], source: str, file: Path | None) -> Path:
    """Keep results that were measured just now, in `file` or the user's history. Returns the file.
    Raises VsatError.
    """
    commit, vsat_commit = current()
    measurements = measurements_of(document, source, commit, vsat_commit, iso(time.time()))
    path = file or default_file()
    with opened(path, new=True) as store:
        for measurement in measurements:
            store.add(measurement)
    return path


def take_in(store: Store, path: Path, commit: str) -> tuple[bool, int]:
    """Keep the results of a file: whether they are new, and how many figures they hold.

    Their commit is the one given, else the one that the file names; their date that of the file's
    text, else of the commit, else of the file. Raises InputError.
    """
    document = read_document(path)
    name = commit or own_commit(document)
    known = commit_named(path.parent, name) if name else Commit()
    written = known.time if known.time is not None else path.stat().st_mtime
    recorded = own_date(document) or iso(written)
    found = measurements_of(document, str(path), known, "", recorded)
    new = [store.add(measurement) for measurement in found]
    return any(new) or not found, sum(len(measurement.figures) for measurement in found)
