"""Which recordings have failed in a folder of results, for `--retry-failed`: one file of JSON."""

from __future__ import annotations

import contextlib
import os
import time
from collections.abc import Callable
from pathlib import Path

import msgspec

from vsat_core.artifacts.kept_json import kept
from vsat_core.contract import scratch
from vsat_core.engine import result_records as records
from vsat_core.engine.atomic_files import temporary
from vsat_core.library.location import FOLDER

NAME = "failed.json"


class FailedEntry(msgspec.Struct, frozen=True):
    """The reason of the last attempt in one line, how many attempts have failed since the last good
    one, and when the last one ended (seconds since the epoch).
    """

    reason: str
    attempts: int
    when: float


Entries = dict[str, FailedEntry]


class FailedManifest:
    """The file below one folder of results, by whole path of the recording."""

    def __init__(self, out: Path) -> None:
        self._out = out

    def entries(self) -> Entries:
        """All recordings whose last run failed; none where the file cannot be read."""
        return kept(self.path, Entries) or {}

    def paths(self) -> frozenset[str]:
        """The whole paths of all recordings whose last run failed."""
        return frozenset(self.entries())

    def entry(self, recording: Path) -> FailedEntry | None:
        """The entry of one recording."""
        return self.entries().get(_key(recording))

    def failed(self, recording: Path, reason: str) -> None:
        """Enter a failure. Standard input, which lies in a scratch folder, cannot be retried."""
        if scratch.holds(recording):
            return

        def change(entries: Entries) -> None:
            before = entries.get(_key(recording))
            attempts = before.attempts + 1 if before else 1
            entries[_key(recording)] = FailedEntry(reason, attempts, time.time())

        self._change(change)

    def done(self, recording: Path) -> None:
        """Remove the entry of a recording."""
        if self.entry(recording):
            self._change(lambda entries: entries.pop(_key(recording), None))

    @property
    def path(self) -> Path:
        return self._out / FOLDER / NAME

    def _change(self, change: Callable[[Entries], object]) -> None:
        """One process at a time; a disk that refuses costs the manifest only."""
        with contextlib.suppress(OSError), records.locked(self._out):
            entries = self.entries()
            change(entries)
            if not entries:
                self.path.unlink(missing_ok=True)
                return
            with temporary(self.path.parent) as part:
                part.write_bytes(msgspec.json.format(msgspec.json.encode(entries), indent=1))
                part.replace(self.path)


def _key(recording: Path) -> str:
    return os.path.abspath(recording)
