"""Recorded optimizations: one JSON file each in metrics/optimizations, checked when read.

A file says what it was, what it is and why; `pairs` are two variants measured side by side with all
their times, `figures` what was seen of a state of the code that no variant keeps, `accuracy` what
it did to the error rates.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import attrs

from vsat_core.errors import InputError
from vsat_core.formats.seglst import load_json
from vsat_core.measure.statistics import Comparison, compare, summarise

KIND, VERSION = "vsat optimization", 1
KEPT, LEFT_OUT = "kept", "left out"
TEXTS = ("title", "stage", "original", "optimized", "rationale")
Value = float | str | tuple[float, float]  # a figure, a word such as "equal", or a range


@attrs.frozen
class Figure:
    """One figure: before and after, or how many times less, or a value alone; `how` says what it
    was taken on.
    """

    metric: str
    unit: str = ""
    before: Value | None = None
    after: Value | None = None
    times: Value | None = None
    value: Value | None = None
    verdict: str = ""
    how: str = ""


@attrs.frozen
class Side:
    """One variant of a pair; `seconds` of the calls in each process, empty until recorded.
    Megabytes are 10^6 bytes.
    """

    variant: str
    params: Mapping[str, Any] = attrs.field(factory=dict)
    seconds: tuple[tuple[float, ...], ...] = ()
    peak_mb: float | None = None
    added_mb: float | None = None

    @property
    def calls(self) -> int:
        """How many times there are."""
        return sum(len(p) for p in self.seconds)

    @property
    def median_s(self) -> float:
        """The median of the processes' medians. Raises ValueError until recorded."""
        return summarise(self.seconds).median


@attrs.frozen
class Pair:
    """Two variants on the same work; `agreement` is what their method promises of their answers, in
    words.

    `apart`: measured in different runs, so that their processes are no pairs.
    """

    work: str
    original: Side
    optimized: Side
    agreement: str = ""
    machine: str = ""
    taken: str = ""
    apart: bool = False

    @property
    def comparison(self) -> Comparison | None:
        """Times of the optimized against the original; None until both are recorded.

        Of what was measured apart there is the ratio of medians, without bounds and verdict, as for
        one process each.
        """
        if not self.original.calls or not self.optimized.calls:
            return None
        if self.apart:
            return Comparison(
                self.optimized.median_s / self.original.median_s, 0.0, math.inf, 1.0, 1, "tie"
            )
        return compare(self.original.seconds, self.optimized.seconds)


@attrs.frozen
class Entry:
    """One optimization as recorded."""

    name: str
    title: str
    stage: str
    original: str
    optimized: str
    rationale: str
    status: str
    date: str
    commit: str
    machine: str
    pairs: tuple[Pair, ...]
    figures: tuple[Figure, ...]
    accuracy: tuple[Figure, ...]


def read_entries(folder: Path) -> list[Entry]:
    """All of a folder, by name. Raises InputError for a missing folder and for the first file that
    is not an entry.
    """
    if not folder.is_dir():
        raise InputError(
            f"{folder}: no such folder; it should hold one JSON file for each optimization"
        )
    return [read_entry(path) for path in sorted(folder.glob("*.json"))]


def read_entry(path: Path) -> Entry:
    """One file. Raises InputError that names it and what is wrong in it."""
    value = load_json(path)
    meta = value.get("_meta") if isinstance(value, dict) else None
    if not isinstance(meta, dict) or meta.get("kind") != KIND:
        raise InputError(f"{path}: is not a recorded optimization (_meta.kind is not {KIND!r})")
    if meta.get("version") != VERSION:
        raise InputError(
            f"{path}: is of version {meta.get('version')!r}, this vsat reads {VERSION}; record it "
            "anew"
        )
    for key in TEXTS:
        if not isinstance(value.get(key), str) or not value[key]:
            raise InputError(f"{path}: {key} should be a text")
    if value.get("status") not in (KEPT, LEFT_OUT):
        raise InputError(
            f"{path}: status should be {KEPT!r} or {LEFT_OUT!r}, got {value.get('status')!r}"
        )
    entry = Entry(
        path.stem,
        **{key: value[key] for key in TEXTS},
        status=value["status"],
        date=str(meta.get("date", "")),
        commit=str(meta.get("commit", "")),
        machine=_key(meta),
        pairs=_each(path, value, "pairs", _pair),
        figures=_each(path, value, "figures", _figure),
        accuracy=_each(path, value, "accuracy", _figure),
    )
    if not entry.pairs + entry.figures + entry.accuracy:
        raise InputError(
            f"{path}: has neither pairs nor figures nor accuracy: nothing was measured"
        )
    return entry


def _each(
    path: Path, value: dict[str, Any], key: str, make: Callable[[dict[str, Any]], Any]
) -> tuple[Any, ...]:
    """What `make` makes of each object of a list; ValueError of `make` becomes an InputError that
    names the place.
    """
    items = value.get(key, [])
    if not isinstance(items, list):
        raise InputError(f"{path}: {key} should be a list, not {type(items).__name__}")
    made = []
    for i, item in enumerate(items):
        try:
            if not isinstance(item, dict):
                raise ValueError(f"should be an object, not {type(item).__name__}")
            made.append(make(item))
        except ValueError as error:
            raise InputError(f"{path}: {key}[{i}] {error}") from None
    return tuple(made)


def _pair(item: dict[str, Any]) -> Pair:
    taken = item.get("taken", {})
    if not isinstance(taken, dict):
        raise ValueError("taken should be an object")
    original, optimized = (_side(item.get(name), name) for name in ("original", "optimized"))
    work = _text(item, "work")
    if not work:
        raise ValueError("work should name what was computed")
    words = [str(taken[k]) for k in ("input", "source", "date", "commit") if taken.get(k)]
    apart = taken.get("apart", False)
    if not isinstance(apart, bool):
        raise ValueError("taken.apart should be true or false")
    return Pair(
        work, original, optimized, _text(item, "agreement"), _key(taken), ", ".join(words), apart
    )


def _side(item: Any, name: str) -> Side:
    if not isinstance(item, dict) or not isinstance(item.get("variant"), str):
        raise ValueError(f"{name} should be an object with a variant")
    seconds, params = item.get("seconds", []), item.get("params", {})
    if not isinstance(seconds, list) or not all(
        isinstance(p, list) and all(map(_is_time, p)) for p in seconds
    ):
        raise ValueError(f"{name}.seconds should be a list of positive times for each process")
    if not isinstance(params, dict):
        raise ValueError(f"{name}.params should be an object")
    before, peak = (_number(item.get(f"memory_{k}_mb")) for k in ("before", "peak"))
    added = None if before is None or peak is None else peak - before
    return Side(item["variant"], params, tuple(tuple(map(float, p)) for p in seconds), peak, added)


def _figure(item: dict[str, Any]) -> Figure:
    unknown = set(item) - {f.name for f in attrs.fields(Figure)}
    if unknown:
        raise ValueError(f"has unknown {', '.join(sorted(unknown))}")
    values: dict[str, Any] = {
        k: _value(item[k], k) for k in ("before", "after", "times", "value") if k in item
    }
    if not values or ("before" in values) != ("after" in values):
        raise ValueError("should have before and after, or times, or value")
    texts = {k: _text(item, k) for k in ("metric", "unit", "verdict", "how")}
    return Figure(**{**texts, **values})


def _value(value: Any, key: str) -> Value:
    """A number, a text, or a range. Raises ValueError."""
    if isinstance(value, str) and value:
        return value
    if (
        isinstance(value, list)
        and len(value) == 2
        and None not in (ends := [_number(v) for v in value])
    ):
        return float(ends[0] or 0), float(ends[1] or 0)
    number = _number(value)
    if number is None:
        raise ValueError(f"{key} should be a number, two numbers or a word, got {value!r}")
    return number


def _text(item: dict[str, Any], key: str) -> str:
    value = item.get(key, "")
    if not isinstance(value, str):
        raise ValueError(f"{key} should be a text, got {value!r}")
    return value


def _number(value: Any) -> float | None:
    whole = isinstance(value, int | float) and not isinstance(value, bool) and math.isfinite(value)
    return value if whole else None


def _is_time(value: Any) -> bool:
    return (_number(value) or 0) > 0


def _key(meta: dict[str, Any]) -> str:
    machine = meta.get("machine")
    return str(machine.get("key", "")) if isinstance(machine, dict) else ""
