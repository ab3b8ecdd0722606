"""What metrics/ holds: optimizations, results of both profiles, evaluations, many files."""

import contextlib
import math
import tomllib
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, Literal

import attrs
import msgspec
import numpy as np

from vsat_core.config.registry import load
from vsat_core.errors import InputError
from vsat_core.formats.seglst import load_json
from vsat_core.measure.results_file import read_recorded
from vsat_core.measure.statistics import TimeComparison, Times, compare

KEPT, LEFT_OUT = "kept", "left out"
REGISTRY = load()
Value = float | str | list[float]  # a figure, a word such as "equal", or a range


class Figure(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One figure: before and after, or how many times less, or a value alone.

    `how` says what it was taken on.
    """

    metric: str = ""
    unit: str = ""
    before: Value | None = None
    after: Value | None = None
    times: Value | None = None
    value: Value | None = None
    verdict: str = ""
    how: str = ""


class Side(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One variant of a pair: seconds of the calls of each process, megabytes of 10^6 bytes."""

    variant: str
    seconds: Times = ()
    params: dict[str, Any] = {}
    memory_before_mb: float | None = None
    memory_peak_mb: float | None = None


class Pair(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Two variants on the same work; `agreement` is what their method promises of their answers."""

    work: str
    original: Side
    optimized: Side
    agreement: str = ""
    taken: dict[str, Any] = {}

    @property
    def apart(self) -> bool:
        """Whether the two were measured in different runs, so that their processes are no pairs."""
        return bool(self.taken.get("apart", False))

    @property
    def comparison(self) -> TimeComparison | None:
        """Times of the optimized against the original; None until both are recorded.

        Of different runs there is the ratio of medians alone, as for one process each.
        """
        times = self.original.seconds, self.optimized.seconds
        if not all(map(any, times)):
            return None
        if self.apart:
            ratio = median_s(times[1]) / median_s(times[0])
            return TimeComparison(ratio, 0.0, math.inf, 1.0, 1, "inconclusive")
        return compare(*times)


class Optimization(msgspec.Struct, frozen=True):
    """One file of metrics/optimizations."""

    name: str
    title: str
    stage: str
    original: str
    optimized: str
    rationale: str
    status: Literal["kept", "left out"]
    pairs: tuple[Pair, ...]
    figures: tuple[Figure, ...]
    accuracy: tuple[Figure, ...]


@attrs.frozen
class Profiled:
    """All results of one profile: rows[operation, recording], machines by recording, variants."""

    name: str
    rows: dict[tuple[str, str], dict[str, Any]] = attrs.field(factory=dict)
    machines: dict[str, str] = attrs.field(factory=dict)
    variants: dict[str, str] = attrs.field(factory=dict)


def median_s(times: Times) -> float:
    """The median of the processes' medians."""
    return float(np.median([np.median(p) for p in times if len(p)]))


def machine_of(meta: Mapping[str, Any]) -> str:
    """The name of the machine a file was recorded on."""
    return str(meta.get("machine", {}).get("key", ""))


@contextlib.contextmanager
def naming(path: Path) -> Iterator[None]:
    """What is wrong in a file becomes one line that names it."""
    try:
        yield
    except (AttributeError, IndexError, KeyError, TypeError, ValueError) as error:
        reason = f"{type(error).__name__}: {error}"
        raise InputError(f"{path}: is not what is recorded there ({reason})") from None


def document(path: Path, kind: str) -> dict[str, Any]:
    """A file of metrics/ whose _meta names this kind. Raises InputError."""
    if not path.is_file():
        raise InputError(f"{path}: no such file; name the folder of results with --metrics")
    with naming(path):
        value: dict[str, Any] = load_json(path)
        if (value["_meta"]["kind"], value["_meta"]["version"]) != (kind, 1):
            raise ValueError(f"_meta should be of kind {kind!r}, version 1")
    return value


def read_optimizations(folder: Path) -> list[Optimization]:
    """All of a folder, in the order of the stages, then by name. Raises InputError."""
    if not folder.is_dir():
        raise InputError(f"{folder}: no such folder; it should hold a JSON file an optimization")
    order = {stage: i for i, stage in enumerate(REGISTRY.graph)}
    made = [read_optimization(path) for path in folder.glob("*.json")]
    return sorted(made, key=lambda o: (order.get(o.stage, len(order)), o.stage, o.name))


def read_optimization(path: Path) -> Optimization:
    """One file. Raises InputError that names it."""
    value = document(path, "vsat optimization")
    with naming(path):
        made = msgspec.convert({**value, "name": path.stem}, Optimization)
        if not made.pairs + made.figures + made.accuracy:
            raise ValueError("neither pairs nor figures nor accuracy: nothing was measured")
    return made


def read_profiled(folder: Path) -> Profiled:
    """All results of `vsat bench` in the folder of a profile. Raises InputError."""
    made = Profiled(folder.name)
    for path in sorted(folder.glob("*.json")):
        recorded = read_recorded(path)
        with naming(path):
            if recorded.profile != made.name:
                raise ValueError(f"profile {recorded.profile!r} instead of {made.name!r}")
            for operation, file, row in recorded.rows():
                if (operation, file) in made.rows:
                    raise ValueError(f"{operation} of {file} is also in another file")
                made.machines[file] = recorded.machine
                if "failure" not in row:
                    made.rows[operation, file] = row
            stages = tomllib.loads(load_json(path)["_meta"].get("profile_toml", ""))["stages"]
            made.variants.update({stage: choice["use"] for stage, choice in stages.items()})
    return made
