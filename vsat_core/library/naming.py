"""The recording that a name means."""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence
from pathlib import Path

from vsat_core.errors import InputError, nearest
from vsat_core.library.recordings import Recording, recordings


def recording_named(base: sqlite3.Connection, name: str) -> Recording:
    """The recording of this name: of its transcript, with or without folder and ending, or of its
    sound; or its number. Raises InputError.
    """
    all_of_them = recordings(base)
    for called in (_files, _stems, _sounds, _numbers):
        found = [one for one in all_of_them if name in called(one)]
        if len(found) == 1:
            return found[0]
        if found:
            files = ", ".join(str(one.file) for one in found)
            raise InputError(f"{name}: several recordings are called so: {files}")
    stems = [stem for one in all_of_them for stem in (*_stems(one), *_sounds(one))]
    raise InputError(
        f"{name}: expected a recording of the library{nearest(name, stems)}; vsat library list "
        "shows all"
    )


def _files(one: Recording) -> Sequence[str]:
    return [str(one.file), Path(one.file or "").name]


def _stems(one: Recording) -> Sequence[str]:
    return [Path(one.file or "").stem]


def _sounds(one: Recording) -> Sequence[str]:
    return [one.source, Path(one.source).stem]


def _numbers(one: Recording) -> Sequence[str]:
    return [str(one.id)]
