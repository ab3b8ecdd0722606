"""The recordings of the library, as the page lists them."""

from __future__ import annotations

import threading
import time
from datetime import datetime
from pathlib import Path

import attrs

from vsat_core.config.user_config import user_config
from vsat_core.library.arrivals import sync
from vsat_core.library.library import Library
from vsat_core.library.location import stored_name, whole_path
from vsat_core.library.recordings import Recording as Row, recordings as rows_of
from vsat_core.page.replies import Refused

LOOK_S = 2.0  # between two looks into the folder for transcripts that others have written


@attrs.frozen
class Recording:
    """A recording of the library. `id` is its number there, `digest` the sha256 of the sound file,
    `name` that of its transcript, `file` the transcript, `source` the name of the sound file.
    `recorded_at` is in seconds since the epoch, None where it is not known; `state` is "ready", or
    "corrected" if there are edits.
    """

    id: int
    name: str
    file: Path
    source: str
    digest: str
    seconds: float
    language: str
    languages: list[str]
    n_speakers: int
    recorded_at: float | None
    state: str


class Shelf:
    """A library for all threads, one at a time: `lock` is held while it is used."""

    def __init__(self, folder: Path) -> None:
        """Opens or makes the library of a folder. Raises VsatError."""
        self.folder = folder
        self.lock = threading.RLock()
        self.library = Library.open(user_config().library_file or folder)
        self._looked = 0.0
        self.look()

    def close(self) -> None:
        """Close its files."""
        with self.lock:
            self.library.close()

    def look(self) -> None:
        """Take in transcripts that are new or were written again since."""
        with self.lock:
            if time.monotonic() - self._looked > LOOK_S:
                self._sync()
                self._looked = time.monotonic()

    def _sync(self) -> None:
        self.library.mended(lambda: sync(self.library, [self.folder]))

    def recordings(self) -> list[Recording]:
        """All that have a transcript, the latest first."""
        with self.lock:
            self.look()
            rows = [row for row in self.library.recordings() if row.file]
            counts = dict(self.library.base.execute(SPEAKERS))
            edited = {number for (number,) in self.library.base.execute(EDITED)}
            made = [self._made(row, counts.get(row.id, 0), row.id in edited) for row in rows]
        return sorted(made, key=lambda one: (-(one.recorded_at or 0.0), one.name))

    def one(self, key: str) -> Recording:
        """The recording with this id. Raises Refused."""
        with self.lock:
            base = self.library.base
            number = int(key) if key.isdecimal() and len(key) < 16 else -1
            found = rows_of(base, "WHERE id = ? AND file IS NOT NULL", number)
            if not found:
                raise Refused(404, f"{key}: there is no such recording", "see /api/recordings")
            counts = dict(base.execute(f"{SPEAKERS} HAVING recording = ?", (number,)))
            query = f"{EDITED} AND recording = ? LIMIT 1"
            edited = base.execute(query, (number,)).fetchone()
            return self._made(found[0], counts.get(number, 0), edited is not None)

    def key_of(self, file: Path) -> str:
        """The id of the recording of a transcript. Raises Refused."""
        with self.lock:
            self.look()
            name = stored_name(self.library.path, file)
            rows = rows_of(self.library.base, "WHERE file = ?", name)
            if not rows:
                raise Refused(
                    404, f"{file}: is no transcript of this library", "write it with vsat run"
                )
            return str(rows[0].id)

    def take_in(self, file: Path) -> str | None:
        """The id of the recording of a transcript that was just written; None if the library does
        not take it. Raises VsatError.
        """
        with self.lock:
            self._sync()
            name = stored_name(self.library.path, file)
            rows = rows_of(self.library.base, "WHERE file = ?", name)
            return str(rows[0].id) if rows else None

    def _made(self, row: Row, n_speakers: int, edited: bool) -> Recording:
        return Recording(
            row.id,
            str(Path(row.file or "").with_suffix("")),
            whole_path(self.library.path, row.file or ""),
            row.source,
            row.digest,
            row.seconds,
            row.language,
            row.languages.split(),
            n_speakers,
            _epoch(row.recorded),
            "corrected" if edited else "ready",
        )


SPEAKERS = "SELECT recording, count(*) FROM speaker WHERE merged_into IS NULL GROUP BY recording"
EDITED = "SELECT DISTINCT recording FROM edit WHERE state = 'done'"


def _epoch(recorded: str) -> float | None:
    try:
        return datetime.fromisoformat(recorded).timestamp()
    except ValueError:
        return None
