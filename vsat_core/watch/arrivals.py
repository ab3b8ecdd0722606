"""Which files of a folder have arrived: their size and time have stopped changing.

The folder is looked at again and again, since notifications of the system do not come from network
folders. Looking reads names, sizes and times, never content.
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import NamedTuple

import attrs


class Stamp(NamedTuple):
    """What changes while a file is written."""

    size: int
    mtime_ns: int


@attrs.define
class _Seen:
    stamp: Stamp
    since: float  # seconds of the clock that `look` is given


@attrs.define
class Arrivals:
    """Files below `folder` that have not changed for `settle_s` seconds, each given once for each
    of its states. What is remembered is one row for each file that is there.
    """

    folder: Path
    settle_s: float
    _seen: dict[Path, _Seen] = attrs.field(factory=dict, init=False)
    _given: dict[Path, Stamp] = attrs.field(factory=dict, init=False)

    def look(self, now: float) -> list[Path]:
        """The files that have arrived since the last look, in order of path; `now` is any clock of
        seconds. A folder that cannot be read has none.
        """
        there = dict(_files(self.folder))
        arrived = []
        for path, stamp in sorted(there.items()):
            seen = self._seen.get(path)
            if seen is None or seen.stamp != stamp:
                self._seen[path] = _Seen(stamp, now)
            elif now - seen.since >= self.settle_s and self._given.get(path) != stamp:
                self._given[path] = stamp
                arrived.append(path)
        for known in (self._seen, self._given):
            for path in known.keys() - there.keys():
                del known[path]
        return arrived

    def give_again(self, paths: Iterable[Path]) -> None:
        """At the next look, as if these had not been given."""
        for path in paths:
            self._given.pop(path, None)


def _files(folder: Path) -> Iterator[tuple[Path, Stamp]]:
    """Every file that is not hidden and not empty. Links to files are followed, to folders not."""
    for place, inner, names in os.walk(folder):
        inner[:] = [name for name in inner if not name.startswith(".")]
        for name in names:
            path = Path(place, name)
            try:
                status = os.stat(path)
            except OSError:  # gone again, or a broken link
                continue
            if status.st_size and not name.startswith("."):
                yield path, Stamp(status.st_size, status.st_mtime_ns)
