"""Which recordings a command line means, and where the results of each go."""
from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from pathlib import Path

import attrs

from vsat_core.artifacts import Source
from vsat_core.errors import InputError

SUFFIXES = frozenset((
    ".wav", ".flac", ".ogg", ".oga", ".opus", ".mp3", ".aif", ".aiff", ".aifc", ".au", ".caf", ".w64", ".rf64",
    ".m4a", ".mp4", ".webm", ".mkv", ".mov", ".aac", ".wma",  # found, so that the run can say what to do with them
))


@attrs.frozen
class Job:
    """A recording and the folder for its results."""

    source: Source
    out: Path


def expand(inputs: Iterable[Path], out: Path) -> list[Job]:
    """Every recording named, folders searched to any depth and mirrored below `out`.

    Recordings that would get the same result names keep their ending in the name. A missing file is left for the
    run to report; a folder without recordings raises InputError.
    """
    found: dict[Path, Path] = {}
    for path in inputs:
        if not path.is_dir():
            found.setdefault(path, out)
            continue
        inside = sorted(p for p in path.rglob("*") if p.suffix.lower() in SUFFIXES and p.is_file())
        if not inside:
            raise InputError(f"{path}: no recordings in this folder (looked for {', '.join(sorted(SUFFIXES))})")
        for file in inside:
            found.setdefault(file, out / file.parent.relative_to(path))
    taken = Counter((folder, path.stem) for path, folder in found.items())
    jobs = [
        Job(Source(path, path.name if taken[folder, path.stem] > 1 else path.stem), folder)
        for path, folder in found.items()
    ]
    again = [name for name, n in Counter((j.out, j.source.name) for j in jobs).items() if n > 1]
    if again:
        raise InputError(f"two recordings are both called {again[0][1]}: run them with different --out folders")
    return jobs
