"""Which transcripts a command line means, and what files made from them are called."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator
from pathlib import Path

import attrs

from vsat_core.library.folder import json_files, looks_like_transcript


@attrs.frozen
class StoredFile:
    """A json of `vsat run`, and its folder below the one that was named."""

    path: Path
    below: Path = Path()


@attrs.define
class Transcripts:
    """The transcripts found, and a line for each input that holds none."""

    files: list[StoredFile] = attrs.field(factory=list)
    problems: list[str] = attrs.field(factory=list)


def find_transcripts(inputs: Iterable[Path]) -> Transcripts:
    """Every file named, and those in folders at any depth that begin as a transcript does, each
    once. Hidden folders are left out.
    """
    found = Transcripts()
    known: set[str] = set()
    for path in inputs:
        if path.is_dir():
            inside = list(_inside(path))
            if not inside:
                found.problems.append(f"{path}: no transcripts (.json of vsat run) in this folder")
        else:
            inside = [StoredFile(path)]
        for file in inside:
            real = os.path.realpath(file.path)
            if real not in known:
                known.add(real)
                found.files.append(file)
    return found


def _inside(folder: Path) -> Iterator[StoredFile]:
    for path in json_files(folder):
        if _looks_right(path):
            yield StoredFile(path, path.parent.relative_to(folder))


def _looks_right(path: Path) -> bool:
    try:
        return looks_like_transcript(path)
    except OSError:
        return False
