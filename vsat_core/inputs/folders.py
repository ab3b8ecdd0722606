"""Which files below a folder are recordings, by content; everything else is passed over and
counted.
"""

import os
import stat
from collections import Counter, deque
from collections.abc import Iterator
from pathlib import Path
from typing import TypeAlias

import attrs

from vsat_core.engine.result_records import record_stems
from vsat_core.formats.endings import RESULT_FORMATS, result_name
from vsat_core.formats.media import HEAD_BYTES, kind_of

# Tried even if their content is unknown, so that a damaged recording is reported and not passed
# over.
_USUAL = """
    3gp aac ac3 aif aifc aiff amr ape au avi awb caf ds2 dss flac flv m4a m4b m4v mka mkv mov mp2
    mp3 mp4 mpeg mpg oga ogg ogv opus rf64 spx tta voc w64 wav webm wma wmv wv
"""
USUAL_ENDINGS = frozenset(f".{name}" for name in _USUAL.split())
SYSTEM_FOLDERS = frozenset(("__MACOSX", "lost+found", "$RECYCLE.BIN", "System Volume Information"))
RESULT_ENDINGS = frozenset(os.path.splitext(result_name("x", f))[1] for f in RESULT_FORMATS)
# Special files are pipes, sockets and devices.
BROKEN, SPECIAL, UNREADABLE = PLURAL = ("broken link", "special file", "unreadable file")
SHOWN_ENDINGS = 8
LONGEST_ENDING = 12

Identity: TypeAlias = tuple[int, int] | str  # of a folder: device and inode, or its real path


@attrs.define
class Search:
    """What a search below `folder` found.

    `recordings` maps each path to the real path that identifies it; `problems` holds a line for
    each folder that could not be read. Links wait until all real folders are done, so that a real
    path is preferred to a link.
    """

    folder: Path
    visited: set[Identity] = attrs.field(factory=set)
    n_folders: int = 0
    recordings: dict[Path, str] = attrs.field(factory=dict)
    passed_over: Counter[str] = attrs.field(factory=Counter)
    problems: list[str] = attrs.field(factory=list)
    _folders: deque[Path] = attrs.field(factory=deque)
    _links: deque[Path] = attrs.field(factory=deque)
    _known: set[str] = attrs.field(factory=set)  # real paths of recordings

    def summary(self) -> str:
        """What was passed over, such as "3 .txt, 1 .pdf, 2 without an ending"; "" if nothing
        was.
        """
        rows = sorted(self.passed_over.items(), key=lambda item: (-item[1], item[0]))
        shown = [
            f"{n} {what}{'s' * (n > 1 and what in PLURAL)}" for what, n in rows[:SHOWN_ENDINGS]
        ]
        others = sum(n for _, n in rows[SHOWN_ENDINGS:])
        return ", ".join(shown + [f"{others} others"] * (others > 0))

    def run(self) -> None:
        """Visit everything."""
        self._folders.append(self.folder)
        while self._folders or self._links:
            while self._folders:
                self._folder(self._folders.popleft())
            if self._links:
                self._link(self._links.popleft())

    def _folder(self, folder: Path) -> None:
        try:
            if not self._first_visit(folder):
                return
            real = os.path.realpath(folder)
            with os.scandir(folder) as entries:
                rows = sorted(entries, key=lambda e: e.name)
        except OSError as error:
            self.problems.append(
                f"{folder}: cannot be searched ({error.strerror}); check permissions"
            )
            return
        stems = record_stems(folder)
        for entry in rows:
            if not (
                entry.name.startswith(".")
                or entry.name in SYSTEM_FOLDERS
                or _is_result(entry.name, stems)
            ):
                try:
                    self._entry(entry, folder / entry.name, real)
                except OSError:
                    self.passed_over[UNREADABLE] += 1

    def _entry(self, entry: os.DirEntry[str], path: Path, folder: str) -> None:
        """One entry of a folder with this real path. Raises OSError if the disk does not tell its
        type.
        """
        if entry.is_symlink():
            self._links.append(path)
        elif entry.is_dir(follow_symlinks=False):
            self._folders.append(path)
        elif entry.is_file(follow_symlinks=False):
            self._file(path, os.path.join(folder, entry.name))
        else:
            self.passed_over[SPECIAL] += 1

    def _first_visit(self, folder: Path) -> bool:
        status = os.stat(folder)
        key: Identity = (
            (status.st_dev, status.st_ino) if status.st_ino else os.path.realpath(folder)
        )
        if key in self.visited:
            return False
        self.visited.add(key)
        self.n_folders += 1
        return True

    def _link(self, path: Path) -> None:
        try:
            mode = os.stat(path).st_mode
        except OSError:  # its target is missing, or it leads to itself
            self.passed_over[BROKEN] += 1
            return
        if stat.S_ISDIR(mode):
            self._folders.append(path)
        elif stat.S_ISREG(mode):
            try:
                self._file(path, os.path.realpath(path))
            except OSError:
                self.passed_over[UNREADABLE] += 1
        else:
            self.passed_over[SPECIAL] += 1

    def _file(self, path: Path, real: str) -> None:
        """Take it or pass it over. Raises OSError if it must be read and cannot."""
        if real in self._known:
            return
        if path.suffix.lower() in USUAL_ENDINGS or kind_of(_head(path)):
            self._known.add(real)
            self.recordings[path] = real
        else:
            self.passed_over[_ending(path)] += 1


def search(folder: Path, visited: set[Identity] | None = None) -> Search:
    """All recordings below `folder`, at any depth, in order of path. Folders in `visited` are left
    out, others added.

    Hidden files, system folders and VSAT's own results are left out. Links are followed; a folder
    or file that is reached twice is taken once. Special files are never opened.
    """
    found = Search(folder, set() if visited is None else visited)
    found.run()
    found.recordings = dict(sorted(found.recordings.items()))
    return found


def _head(path: Path) -> bytes:
    """The first bytes of a file. Raises OSError."""
    handle = os.open(
        path, os.O_RDONLY | os.O_NONBLOCK
    )  # does not wait, whatever has taken the file's place
    try:
        return os.read(handle, HEAD_BYTES)
    finally:
        os.close(handle)


def _is_result(name: str, stems: frozenset[str]) -> bool:
    """Whether the records of the folder say that VSAT wrote results under this name."""
    stem, ending = os.path.splitext(name)
    return bool(stems) and ending in RESULT_ENDINGS and any(s in stems for s in _shorter(stem))


def _shorter(stem: str) -> Iterator[str]:
    """The stem, then without its last suffix ("c.new" is the result of "c" that was put beside an
    edited one).
    """
    yield stem
    yield os.path.splitext(stem)[0]


def _ending(path: Path) -> str:
    """How a file that is passed over is counted; only endings that are safe to print are named."""
    ending = path.suffix.lower()
    if not ending:
        return "without an ending"
    plain = len(ending) <= LONGEST_ENDING and ending.isascii() and ending.isprintable()
    return ending if plain else "with an odd ending"
