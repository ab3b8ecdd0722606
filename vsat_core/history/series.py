"""One metric over commits on one machine: what steps are looked for in.

Figures of two machines, or of two numbers of threads, never meet in one series.
"""

from __future__ import annotations

import datetime
import statistics
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import attrs

from vsat_core.errors import InputError, nearest
from vsat_core.history.measurement import Figure, Measurement


@attrs.frozen
class SeriesKey:
    """What all figures of a series have in common."""

    machine: str
    threads: int
    profile: str
    operation: str
    recording: str
    metric: str
    unit: str

    @property
    def title(self) -> str:
        """Profile, operation, recording and metric."""
        return ", ".join(filter(None, (self.profile, self.operation, self.recording, self.metric)))


@attrs.frozen
class Point:
    """One commit, or one measurement whose commit is not known: the median of its `n_measured`
    values, the interval of the last of them, and the circumstances of that one.
    """

    commit: str
    time: str
    value: float
    low: float | None
    high: float | None
    n_measured: int
    circumstances: Mapping[str, str]


@attrs.frozen
class MetricSeries:
    """The points of a key, oldest first."""

    key: SeriesKey
    points: tuple[Point, ...]

    @property
    def values(self) -> list[float]:
        """The value of each point."""
        return [point.value for point in self.points]


Entry = tuple[Measurement, Figure]
SHORT = 8  # digits of a content's sha256
FILTERS = ("metric", "operation", "recording", "profile", "machine")


def all_series(measurements: Iterable[Measurement]) -> list[MetricSeries]:
    """Every series, in the order in which its first figure was added. A recording whose name
    others have too is told apart by its content.
    """
    every = [(m, f) for m in measurements for f in m.figures]
    contents: dict[str, set[str]] = {}
    for _, f in every:
        contents.setdefault(f.recording, set()).update(filter(None, [f.recording_digest]))
    entries: dict[SeriesKey, list[Entry]] = {}
    for m, f in every:
        called = f.recording
        if len(contents[called]) > 1 and f.recording_digest:
            called = f"{called} {f.recording_digest[:SHORT]}"
        key = SeriesKey(m.machine, m.threads, f.profile, f.operation, called, f.metric, f.unit)
        entries.setdefault(key, []).append((m, f))
    return [MetricSeries(key, _points(of_key)) for key, of_key in entries.items()]


def chosen(
    series: Sequence[MetricSeries], wanted: Mapping[str, Sequence[str]]
) -> list[MetricSeries]:
    """Those with one of the wanted values of each filter; an empty list of values takes all.
    Raises InputError for a value that no series has.
    """
    for name, values in wanted.items():
        there = dict.fromkeys(getattr(one.key, name) for one in series)
        for value in values:
            if value not in there:
                known = "; ".join(filter(None, there)) or "nothing"
                hint = nearest(value, there) or f"; there is {known}"
                raise InputError(f"--{name} {value}: the history has none{hint}")
    return [
        one
        for one in series
        if all(not values or getattr(one.key, name) in values for name, values in wanted.items())
    ]


def _points(entries: Sequence[Entry]) -> tuple[Point, ...]:
    """By time of the commit, else of the measurement."""
    by_commit: dict[str, list[Entry]] = {}
    for m, f in sorted(entries, key=lambda entry: (_seconds(entry[0]), entry[0].recorded)):
        by_commit.setdefault(m.commit.id or m.digest, []).append((m, f))
    return tuple(map(_point, by_commit.values()))


def _point(entries: Sequence[Entry]) -> Point:
    m, f = entries[-1]
    value = statistics.median(figure.value for _, figure in entries)
    alone = len(entries) == 1
    spread = (f.low, f.high) if alone else (None, None)
    return Point(m.commit.id, m.recorded, value, *spread, len(entries), _circumstances(m, f))


def _seconds(m: Measurement) -> float:
    if m.commit.time is not None:
        return m.commit.time
    return datetime.datetime.fromisoformat(m.recorded).timestamp()


def _circumstances(m: Measurement, f: Figure) -> dict[str, str]:
    """What may differ between two points besides the commit."""
    packages: Mapping[str, Any] = m.environment.get("packages", {})
    found = {name: str(version) for name, version in packages.items()}
    for name in ("python", "system"):
        found[name] = str(m.environment.get(name, ""))
    return found | {"profile": f.profile_digest[:8], "vsat-speech": m.version}
