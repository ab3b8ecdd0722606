"""When a recording was made: what its container says, else the time of its file."""

from __future__ import annotations

import os
import re
from datetime import UTC, datetime
from pathlib import Path

from vsat_core.library.container_tags import TAGS
from vsat_core.library.tag_reader import TagReader

EARLIEST = 1990  # a recorder without a battery says 1904, 1970 or 1980
DATE = re.compile(r"(\d{4})[-:/](\d{2})[-:/](\d{2})(?:[T ](\d{2}):?(\d{2}):?(\d{2})?(.*))?")


def recorded(sound: Path | None, transcript: Path, reader: TagReader) -> tuple[str, str]:
    """The time in UTC, ISO 8601, and where it is from: container, file or transcript (the time of
    the transcript's file, where there is no sound). Raises nothing.
    """
    if sound is not None and sound.is_file():
        if said := container_time(sound, reader):
            return said, "container"
        return _file_time(sound), "file"
    return _file_time(transcript), "transcript"


def _file_time(path: Path) -> str:
    try:
        return _utc(datetime.fromtimestamp(os.stat(path).st_mtime, UTC))
    except (OSError, ValueError, OverflowError):
        return ""


def container_time(path: Path, reader: TagReader) -> str:
    """The time in a container's or a stream's tags, "" if none says it. Raises nothing."""
    for found in reader.tags(path):
        for tag in TAGS:
            if said := parsed(found.get(tag, "")):
                return said
    return ""


def parsed(text: str) -> str:
    """A time as tags write it, in UTC; a time without a zone is taken as UTC. "" if it is none.

    >>> parsed("2026-05-01T12:30:00.000000Z"), parsed("2026-05-01"), parsed("1904-01-01 00:00:00")
    ('2026-05-01T12:30:00Z', '2026-05-01T00:00:00Z', '')
    """
    found = DATE.match(text.strip())
    if not found:
        return ""
    year, month, day, hour, minute, second, zone = found.groups()
    try:
        at = datetime(int(year), int(month), int(day), int(hour or 0), int(minute or 0))
        at = at.replace(second=int(second or 0))
        offset = re.search(r"([+-]\d{2}):?(\d{2})$", zone or "")
        if offset:
            at = datetime.fromisoformat(f"{at.isoformat()}{offset[1]}:{offset[2]}")
    except ValueError:
        return ""
    at = at if at.tzinfo else at.replace(tzinfo=UTC)
    return _utc(at) if at.year >= EARLIEST else ""


def _utc(at: datetime) -> str:
    return at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
