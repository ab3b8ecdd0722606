"""Where the recordings of transcripts lie now: transcripts know their content (sha256) and their
name, and files are moved.
"""

from __future__ import annotations

import contextlib
import os
import threading
from collections.abc import Iterable, Iterator
from pathlib import Path

import msgspec

from vsat_core.artifacts.kept_json import kept
from vsat_core.engine.atomic_files import write_json
from vsat_core.engine.result_records import digest_of, places_of
from vsat_core.page.replies import Refused

ASKED = "say where it is now (choose the file on the page, or POST .../source)"


class Place(msgspec.Struct, frozen=True):
    """A file as it was when its content was known, and the profile that it was transcribed with
    from the page, by name or path; None for that of the user.
    """

    path: str
    size: int
    mtime_ns: int
    profile: str | None = None


class Sources:
    """Paths of recordings by the sha256 of their content, kept in a file."""

    def __init__(self, file: Path, folders: Iterable[Path]) -> None:
        """`folders` are where a recording that is not known is looked for by its name."""
        self._file, self._folders = file, list(folders)
        self._lock = threading.Lock()
        self._places: dict[str, Place] = kept(file, dict[str, Place]) or {}

    def put(self, digest: str, path: Path, profile: str | None = None) -> None:
        """Remember a file with this content. Raises OSError, OutputError."""
        status = os.stat(path)
        place = Place(os.path.abspath(path), status.st_size, status.st_mtime_ns, profile)
        with self._lock:
            self._places = {**self._places, digest: place}
            write_json(self._file, msgspec.to_builtins(self._places))

    def known(self, digest: str) -> Path | None:
        """Where it was last, whether it is still there or not."""
        place = self._places.get(digest)
        return Path(place.path) if place else None

    def profile(self, digest: str) -> str | None:
        """What it was transcribed with."""
        place = self._places.get(digest)
        return place.profile if place else None

    def seen(self, digest: str, name: str, transcript: Path) -> Path | None:
        """Where a file of this name is; its content is not looked at. None if there is none."""
        found = self._candidates(digest, name, transcript)
        return next((path for path in found if path.is_file()), None)

    def find(self, digest: str, name: str, transcript: Path) -> Path:
        """The recording with this content. Raises Refused with the remedy where it is not found."""
        for path in self._candidates(digest, name, transcript):
            with contextlib.suppress(OSError):
                if self._is(path, digest):
                    return path
        known = self.known(digest)
        if known and known.exists():
            raise Refused(409, f"{known}: is not the recording that was transcribed", ASKED)
        raise Refused(409, f"{known or name}: is not there any more", ASKED)

    def moved(self, digest: str, path: Path) -> None:
        """The user says where the recording is. Raises Refused if that is another one."""
        try:
            same = path.is_absolute() and digest_of(path) == digest
        except OSError as error:
            raise Refused(409, f"{path}: cannot be read ({error.strerror})", ASKED) from None
        if not same:
            raise Refused(409, f"{path}: is another recording", ASKED)
        self.put(digest, path, self.profile(digest))

    def _candidates(self, digest: str, name: str, transcript: Path) -> Iterator[Path]:
        if known := self.known(digest):
            yield known
        plain = Path(name).name
        if plain:
            yield from (folder / plain for folder in self._folders)
        yield from places_of(transcript.parent, transcript.stem, digest)

    def _is(self, path: Path, digest: str) -> bool:
        """Whether a file has this content; it is read only if it may have changed. Raises
        OSError.
        """
        status, place = os.stat(path), self._places.get(digest)
        now = (str(path), status.st_size, status.st_mtime_ns)
        if place and now == (place.path, place.size, place.mtime_ns):
            return True
        if digest_of(path) != digest:
            return False
        self.put(digest, path, self.profile(digest))
        return True
