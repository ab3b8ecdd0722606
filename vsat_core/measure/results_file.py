"""Results of `vsat bench` read back, whoever wrote them: every doubt is one line that names the
file.
"""

import contextlib
from collections.abc import Iterator
from pathlib import Path
from typing import Annotated, Any, Literal

import attrs
import msgspec

from vsat_core.errors import InputError
from vsat_core.formats.seglst import load_json

VERSION = 1
Time = Annotated[float, msgspec.Meta(gt=0, lt=1e18)]  # no infinity


class Meta(msgspec.Struct):
    """By what, of what and where the results were recorded."""

    kind: Literal["vsat bench"]
    version: int
    profile: str = ""
    machine: dict[str, Any] = {}


class ResultsFile(msgspec.Struct):
    """The file as it stands."""

    results: dict[str, Any]
    meta: Meta = msgspec.field(name="_meta")


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
    try:
        file = msgspec.convert(load_json(path), ResultsFile)
    except msgspec.ValidationError as error:
        raise InputError(f"{path}: is not a result of vsat bench ({error})") from None
    if file.meta.version != VERSION:
        raise InputError(
            f"{path}: is of version {file.meta.version!r}, this vsat reads {VERSION}; record it "
            "again"
        )
    recorded = Recorded(path, file.meta.machine.get("key", ""), file.meta.profile, file.results)
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
    with contextlib.suppress(msgspec.ValidationError):
        return any(msgspec.convert(value, list[list[Time]]))
    return False
