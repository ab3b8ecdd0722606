"""Which recordings a command line means, and where the results of each go."""

import os
import stat
from collections.abc import Iterable, Mapping
from pathlib import Path

import attrs

from vsat_core.artifacts import Source
from vsat_core.engine.atomic_files import check_folder
from vsat_core.inputs.folders import Identity, Search, search
from vsat_core.inputs.names import OutputNames, distinct

NAMED = 3  # changed names in one note
SHOWN_CHARACTERS = 40  # of each


@attrs.frozen
class Job:
    """A recording and the folder for its results."""

    source: Source
    out: Path


@attrs.define
class Inputs:
    """The recordings, a line for each input that holds none, and what the user should know."""

    jobs: list[Job] = attrs.field(factory=list)
    problems: list[str] = attrs.field(factory=list)
    notes: list[str] = attrs.field(factory=list)


def expand(
    inputs: Iterable[Path],
    out: Path,
    called: Mapping[Path, str] | None = None,
    writes: bool = True,
) -> Inputs:
    """Every recording named, folders searched to any depth and mirrored below `out`, each recording
    once.

    `called` gives single files another name than their own without its ending. A missing file is
    left for the run to report. Names of results are such as the file system of `out` takes. Raises
    OutputError if nothing can be written to `out`; a run that `writes` no files does not touch it.
    """
    made = Inputs()
    places: dict[str, tuple[Path, Path]] = {}  # real path -> path, folder below `out`
    visited: set[Identity] = set()
    for path in inputs:
        mode = _mode(path)
        if stat.S_ISDIR(mode):
            found = search(path, visited)
            _tell(found, made)
            for file, real in found.recordings.items():
                places.setdefault(real, (file, file.parent.relative_to(path)))
        elif mode and not stat.S_ISREG(mode):
            made.problems.append(
                f"{path}: is no file but a pipe or device; to read it: vsat run - < {path}"
            )
        else:
            places.setdefault(os.path.realpath(path), (path, Path()))
    if not writes:
        made.jobs = [Job(Source(path), out / folder) for path, folder in places.values()]
    elif places:
        check_folder(out)
        made.jobs = _named(dict(places.values()), out, called or {}, made.notes)
    return made


def _mode(path: Path) -> int:
    """Type of the file; 0 if there is none."""
    try:
        return os.stat(path).st_mode
    except (OSError, ValueError):
        return 0


def _tell(found: Search, made: Inputs) -> None:
    made.problems += found.problems
    passed_over = found.summary()
    if found.recordings and passed_over:
        made.notes.append(f"passed over in {found.folder}: {passed_over}")
    elif (
        not found.recordings and found.n_folders and not found.problems
    ):  # 0 folders: it lies in another one given
        why = f" (passed over: {passed_over})" if passed_over else ""
        made.problems.append(f"{found.folder}: no recordings in this folder{why}")


def _named(
    places: Mapping[Path, Path], out: Path, called: Mapping[Path, str], notes: list[str]
) -> list[Job]:
    """Jobs under names that fit the file system; what had to be changed is a note."""
    rules = OutputNames.probe(out)
    rules.learn(part for folder in set(places.values()) for part in folder.parts)
    folders = {f: out / Path(*map(rules.fitting, f.parts)) for f in set(places.values())}
    rows = [(path, folders[folder]) for path, folder in places.items()]
    names = distinct(rows, rules, called)
    pairs = [(p.name, names[p]) for p, _ in rows if names[p] not in (called.get(p), p.stem, p.name)]
    pairs += [(str(f), str(to.relative_to(out))) for f, to in folders.items() if out / f != to]
    changed = [f"{_short(one)} -> {_short(other)}" for one, other in pairs]
    if changed:
        more = f" and {len(changed) - NAMED} more" if len(changed) > NAMED else ""
        notes.append(
            f"other names for results, since theirs are too long, refused or taken in {out}: "
            f"{', '.join(changed[:NAMED])}{more}"
        )
    return [Job(Source(path, names[path]), folder) for path, folder in rows]


def _short(name: str) -> str:
    """Beginning and end of a long name."""
    half = SHOWN_CHARACTERS // 2
    return name if len(name) <= SHOWN_CHARACTERS else f"{name[:half]}...{name[-half:]}"
