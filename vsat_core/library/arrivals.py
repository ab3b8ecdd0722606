"""Transcripts found in a folder brought into its library, with what the records of results say of
the recordings they are from.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Sequence
from pathlib import Path

import attrs
import msgspec

from vsat_core.formats.lines import content_of
from vsat_core.library import recordings as rows
from vsat_core.library.base_transcript import NotTranscript
from vsat_core.library.filling import Arrival, Filled, pass_over, take_in
from vsat_core.library.folder import Known, looks_like_transcript, news
from vsat_core.library.library import Library, using
from vsat_core.library.location import FOLDER, stored_name, whole_path
from vsat_core.library.recorded import recorded
from vsat_core.library.tag_reader import TagReader

TOGETHER = 50  # recordings in one transaction
Progress = Callable[[int, int], None]


class RecordedOrigin(msgspec.Struct):
    """What the library takes from a line of a record of results (see result_records)."""

    files: dict[str, str]
    sha256: str
    name: str = ""


def sync(
    library: Library,
    folders: Sequence[Path] = (),
    progress: Progress = lambda done, n: None,
    note: Callable[[str], None] = lambda line: None,
) -> int:
    """Take in all transcripts below the folders (by default the library's own) that are new or
    changed; those that cannot be read are passed over with a line to `note`. Returns the number
    taken in. Raises OutputError.
    """
    known = Known.read(library.base)
    files = [f for folder in folders or (None,) for f in news(library.path, known, folder)]
    taken = done = 0
    with TagReader() as reader:
        for some in (files[i : i + TOGETHER] for i in range(0, len(files), TOGETHER)):
            with library.writing() as lines:
                for file in some:
                    number = library.tables.number() + len(lines) + 1
                    filled = _take(library, file, number, reader, note)
                    if filled:
                        lines.append(filled.recording.line())
                        taken += 1
                    done += 1
                    progress(done, len(files))
    return taken


def _take(
    library: Library, file: Path, number: int, reader: TagReader, note: Callable[[str], None]
) -> Filled | None:
    base = library.base
    try:
        if looks_like_transcript(file) and not _is_forgotten(base, file):
            arrival = arrival_of(file, reader)
            if not _has_another(library, arrival):
                base.execute("SAVEPOINT arrival")
                try:
                    filled = take_in(base, library.path, arrival, number)
                except BaseException:
                    base.execute("ROLLBACK TO arrival")
                    raise
                finally:
                    base.execute("RELEASE arrival")
                return filled
    except (OSError, NotTranscript) as error:
        note(f"{file}: passed over, not a transcript of ours ({error})")
    pass_over(base, library.path, stored_name(library.path, file))
    return None


def _is_forgotten(base: sqlite3.Connection, file: Path) -> bool:
    known = base.execute("SELECT file_sha256 FROM forgotten").fetchall()
    if not known:
        return False
    import hashlib

    with file.open("rb") as opened:
        return (hashlib.file_digest(opened, "sha256").hexdigest(),) in known


def _has_another(library: Library, arrival: Arrival) -> bool:
    """Whether the library has the recording from another file that is still there: that one was
    written later, or is the one a run wrote to.
    """
    one = rows.known(
        library.base, stored_name(library.path, arrival.file), arrival.digest, arrival.track
    )
    if one is None or one.file in (None, stored_name(library.path, arrival.file)):
        return False
    return whole_path(library.path, one.file).exists()


def arrival_of(file: Path, reader: TagReader) -> Arrival:
    """What is known of a transcript from the record of results of its folder, and from the sound if
    it lies beside it. Raises OSError.
    """
    digest, name = _origin(file)
    sound = file.parent / name if name else None
    return Arrival(file, digest, 0, *recorded(sound, file, reader))


def _origin(file: Path) -> tuple[str, str]:
    """The digest and name of the sound that a transcript was made from; empty if not on record."""
    stems = [file.stem, file.stem.rsplit(".new", 1)[0]]
    for stem in dict.fromkeys(stems):
        try:
            lines = content_of(file.parent / FOLDER / f"{stem}.jsonl").splitlines()
        except OSError:
            continue
        for line in reversed(lines):
            try:
                origin = msgspec.json.decode(line, type=RecordedOrigin)
            except (msgspec.MsgspecError, RecursionError):
                continue
            if file.name in origin.files:
                return origin.sha256, origin.name
    return "", ""


@attrs.frozen
class Delivered:
    """What a run hands over: see Arrival; `sound` is where the recording is."""

    file: Path
    sound: Path
    digest: str
    track: int = 0


def deliver(path: Path, delivered: Delivered, note: Callable[[str], None]) -> Filled | None:
    """Bring the transcript of a run into the library at `path`, together with those of its folder
    that are not there yet. Raises VsatError, OSError and sqlite3.Error.
    """
    with TagReader() as reader:
        when = recorded(delivered.sound, delivered.file, reader)
    arrival = Arrival(delivered.file, delivered.digest, delivered.track, *when)

    def add(library: Library) -> Filled | None:
        if not library.recordings():
            sync(library)  # transcripts from before there was a library
        return library.add(arrival)

    return using(path, add, note=note)
