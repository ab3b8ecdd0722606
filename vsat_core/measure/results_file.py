"""Results of `vsat bench` read back, whoever wrote them: every doubt is one line that names the
file.
"""

import math
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import attrs

from vsat_core.errors import InputError
from vsat_core.formats.seglst import load_json

KIND, VERSION = "vsat bench", 1


@attrs.frozen
class Recorded:
    """One file: `results[operation][file]` are rows as `measure.bench.row` makes them, `machine`
    its key.
    """

    path: Path
    machine: str
    profile: str
    results: dict[str, dict[str, dict[str, Any]]]

    def rows(self) -> Iterator[tuple[str, str, dict[str, Any]]]:
        """(operation, file, row) in the order recorded."""
        for operation, files in self.results.items():
            for file, row in files.items():
                yield operation, file, row


def read_recorded(path: Path) -> Recorded:
    """Raises InputError for what is missing, truncated, or no result of `vsat bench`."""
    if not path.is_file():
        raise InputError(f"{path}: no such file; record one with vsat bench --output {path.name}")
    value = load_json(path)
    meta = value.get("_meta") if isinstance(value, dict) else None
    if (
        not isinstance(meta, dict)
        or meta.get("kind") != KIND
        or not isinstance(value.get("results"), dict)
    ):
        raise InputError(
            f"{path}: is not a result of vsat bench (no results, or _meta.kind is not {KIND!r})"
        )
    if meta.get("version") != VERSION:
        raise InputError(
            f"{path}: is of version {meta.get('version')!r}, this vsat reads {VERSION}; record it "
            "again"
        )
    machine = meta.get("machine")
    key = str(machine.get("key", "")) if isinstance(machine, dict) else ""
    recorded = Recorded(path, key, str(meta.get("profile", "")), value["results"])
    _check(recorded)
    return recorded


def _check(recorded: Recorded) -> None:
    """Raise InputError for the first row that is not as `vsat bench` writes it."""
    for operation, files in recorded.results.items():
        if not isinstance(files, dict):
            raise InputError(
                f"{recorded.path}: results.{operation} should hold recordings, not "
                f"{type(files).__name__}"
            )
        for file, row in files.items():
            where = f"{recorded.path}: results.{operation}.{file}"
            if not isinstance(row, dict):
                raise InputError(f"{where} should hold metrics, not {type(row).__name__}")
            if "failure" not in row and not _are_times(row.get("seconds")):
                raise InputError(
                    f"{where}.seconds should be a list of positive times for each process"
                )


def _are_times(value: Any) -> bool:
    """Lists of positive numbers, at least one of them."""
    if not isinstance(value, list) or not all(isinstance(process, list) for process in value):
        return False
    times = [t for process in value for t in process]
    return bool(times) and all(
        isinstance(t, int | float) and math.isfinite(t) and t > 0 for t in times
    )
