"""What is kept of a measurement: figures, and the circumstances they were taken in."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Literal

import attrs

Unit = Literal["s", "MB", "%", "times real time"]


@attrs.frozen
class Figure:
    """One value of one metric. `low` and `high` are its 95 % interval, `n` the number of calls or
    recordings behind it; None where they are not known.

    `profile_digest` is the sha256 of the resolved profile, `recording_digest` that of the
    recording's content, or a digest of those of several; "" where it is not known.
    """

    profile: str
    profile_digest: str
    operation: str
    recording: str
    metric: str
    value: float
    unit: Unit
    low: float | None = None
    high: float | None = None
    n: int | None = None
    recording_digest: str = ""


@attrs.frozen
class Commit:
    """A commit of the repository `of` ("project": that of the current folder, "vsat": that VSAT
    runs from, "file": named by the results); `time` is the second it was made, None if unknown.

    The id of a tree with changes that are not committed ends in "+".
    """

    id: str = ""
    time: int | None = None
    of: str = ""


@attrs.frozen
class Measurement:
    """The figures of one command. `digest` is that of its results, so that no result is kept
    twice; `recorded` is UTC in ISO 8601.
    """

    digest: str
    kind: str
    recorded: str
    commit: Commit
    vsat_commit: str
    version: str
    machine: str
    threads: int
    environment: Mapping[str, Any]
    source: str
    figures: tuple[Figure, ...]
