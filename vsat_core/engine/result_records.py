"""What VSAT wrote into an output folder: one record for each recording in the hidden folder
`.vsat`.

A record is a file of JSON lines, one for each time results were written, with the sha256 of every
file and what it was made from. A line is written before the files it describes get their names, so
a stopped run can only leave digests that no file has: a file whose digest is in no line was changed
by somebody else. Losing the records loses no result.
"""

from __future__ import annotations

import contextlib
import fcntl
import hashlib
import json
import os
import stat
from collections.abc import Callable, Iterator, Mapping, Sequence
from importlib.metadata import version
from pathlib import Path

import attrs
import msgspec

from vsat_core.artifacts import Source
from vsat_core.artifacts.json_value import JsonValue
from vsat_core.config.profile import Choice, Profile
from vsat_core.contract import scratch
from vsat_core.formats.lines import content_of
from vsat_core.library.location import FOLDER

ENDING = ".jsonl"


@attrs.frozen
class Origin:
    """What results were made from: the recording, the profile (`profile_digest`) and VSAT's
    version.

    `name`, `size` and `mtime_ns` tell without reading it that a recording is the same; else
    `sha256` decides. `path` is where it lay, "" where it has no place, as standard input.
    """

    name: str
    size: int
    mtime_ns: int
    sha256: str
    profile: str
    vsat: str = attrs.field(factory=lambda: version("vsat-speech"))
    path: str = attrs.field(default="", eq=False)

    @classmethod
    def of(cls, source: Source, profile: str) -> Origin:
        """The origin of results made now. Raises InputError if the recording cannot be read."""
        size = mtime_ns = 0
        with contextlib.suppress(OSError):
            status = os.stat(source.path)  # before reading, so that a later change is noticed
            size, mtime_ns = status.st_size, status.st_mtime_ns
        path = "" if scratch.holds(source.path) else os.path.abspath(source.path)
        return cls(source.path.name, size, mtime_ns, source.digest(), profile, path=path)

    def is_of(self, source: Source, profile: str) -> bool:
        """Whether the same profile would be run on the same content. Raises InputError."""
        if self.profile != profile:
            return False
        with contextlib.suppress(OSError):
            status = os.stat(source.path)
            if (source.path.name, status.st_size, status.st_mtime_ns) == (
                self.name,
                self.size,
                self.mtime_ns,
            ):
                return True
        return source.digest() == self.sha256


@attrs.frozen
class ResultEntry:
    """One line of a record: the sha256 of each file by name, and what they were made from."""

    files: Mapping[str, str]
    origin: Origin


@attrs.frozen
class Record:
    """All entries of one recording, oldest first."""

    entries: Sequence[ResultEntry]

    def wrote(self, name: str, sha256: str) -> bool:
        """Whether VSAT wrote a file of this name and content, at any time."""
        return any(e.files.get(name) == sha256 for e in self.entries)

    def origin(self, name: str, sha256: Callable[[], str]) -> Origin | None:
        """What a file was made from, of a changed file what it was last made from; None if VSAT did
        not write it.

        `sha256` is called if it is needed: after a run that was stopped, the last line is not what
        was written last.
        """
        lines = [(e.files[name], e.origin) for e in self.entries if name in e.files]
        if len(set(lines)) < 2:
            return lines[-1][1] if lines else None
        digest = sha256()
        return next((origin for d, origin in reversed(lines) if d == digest), lines[-1][1])

    def latest(self) -> dict[str, Origin]:
        """What each file was last made from."""
        return {name: e.origin for e in self.entries for name in e.files}


def profile_digest(profile: Profile, given: Mapping[str, str] | None = None) -> str:
    """sha256 of the variant and parameters of every stage: what changes an answer, but for the
    choice of formats. `given` has the digests of artifacts that took the place of computed ones.

    A newer VSAT with the same profile gives the same digest.
    """
    facts: dict[str, object] = {s: _facts(choice) for s, choice in profile.stages.items()}
    facts |= given or {}
    return hashlib.sha256(json.dumps(facts, sort_keys=True).encode()).hexdigest()


def _facts(choice: Choice) -> list[object]:
    params = {k: v for k, v in attrs.asdict(choice.params).items() if k != "formats"}
    rivals = [[other.rule.name, *_facts(other.choice)] for other in choice.otherwise]
    return [choice.variant.name, params, *rivals]


def record_stems(out: Path) -> frozenset[str]:
    """The names of all recordings whose results were written to this folder."""
    try:
        names = os.listdir(out / FOLDER)
    except OSError:
        return frozenset()
    return frozenset(name.removesuffix(ENDING) for name in names if name.endswith(ENDING))


def make_folder(out: Path) -> Path:
    """The folder of records in an existing folder of results. Raises OSError."""
    folder = out / FOLDER
    if not folder.is_dir():
        folder.mkdir(exist_ok=True)
        with contextlib.suppress(OSError):  # who may replace results may record it
            folder.chmod(stat.S_IMODE(out.stat().st_mode))
    return folder


@contextlib.contextmanager
def locked(out: Path) -> Iterator[None]:
    """Keep other processes from writing results to `out` meanwhile. Raises OSError if the folder of
    records cannot be made.
    """
    with folder_locked(make_folder(out)):
        yield


@contextlib.contextmanager
def folder_locked(folder: Path) -> Iterator[None]:
    """One process at a time is in here; file systems without locks go without. Raises OSError if
    the folder cannot be opened.
    """
    handle = os.open(folder, os.O_RDONLY | os.O_CLOEXEC)
    try:
        with contextlib.suppress(OSError):
            fcntl.flock(handle, fcntl.LOCK_EX)
        yield
    finally:
        os.close(handle)


def read(out: Path, stem: str) -> Record:
    """The record of one recording; lines that are damaged are left out."""
    try:
        lines = content_of(_file(out, stem)).splitlines()
    except OSError:
        return Record(())
    return Record(tuple(entry for line in lines if (entry := _entry(line))))


def places_of(out: Path, stem: str, sha256: str) -> list[Path]:
    """Where the recording with this content lay when results of this name were made from it, the
    last one first.
    """
    origins = [entry.origin for entry in reversed(read(out, stem).entries)]
    paths = [o.path for o in origins if o.path and o.sha256 == sha256]
    return [Path(path) for path in dict.fromkeys(paths)]


def changed_since(out: Path, stem: str, when: float) -> bool:
    """Whether a line was added at this time, by the clock of the disk, or later."""
    try:
        return _file(out, stem).stat().st_mtime >= when
    except OSError:
        return False


def append(out: Path, stem: str, entry: ResultEntry) -> None:
    """Add a line. Raises OSError."""
    line = json.dumps({"files": dict(entry.files), **attrs.asdict(entry.origin)})
    with _file(out, stem).open("ab") as file:
        file.write(f"\n{line}\n".encode())  # the first newline ends a line that was cut off


def digest_of(path: Path) -> str:
    """sha256 of a file. Raises OSError."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _file(out: Path, stem: str) -> Path:
    return out / FOLDER / f"{stem}{ENDING}"


def _entry(line: bytes) -> ResultEntry | None:
    try:
        facts: dict[str, JsonValue] = msgspec.json.decode(line, type=dict)
        files = msgspec.convert(facts.pop("files"), dict[str, str])
        return ResultEntry(files, msgspec.convert(facts, Origin))
    except (msgspec.MsgspecError, RecursionError, KeyError):
        return None
