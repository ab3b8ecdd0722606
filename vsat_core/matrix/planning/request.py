"""What a matrix is asked to do: from the `[matrix]` table of a profile, with the command line on
top.
"""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Annotated, Any

import attrs
import msgspec

from vsat_core.errors import InputError, ProfileError, nearest
from vsat_core.matrix.composing.recommend import Constraints
from vsat_core.matrix.planning.numbers import CONSTRAINTS, NUMBERS, settled
from vsat_core.measure.cells import Limits

RIVAL = 2.0  # times the fastest of its method: beyond, a variant need not be known to the tenth

# keys of the table that are no number and no stage: what they must be, and an example
OTHER: dict[str, tuple[Any, str]] = {
    "files": (list[str], "a list of recordings"),
    "search": (dict[str, Any], "tables like [matrix.search.cluster]"),
    "methods": (dict[str, dict[str, dict[str, Any]]], "tables like [matrix.methods.cluster.vbx]"),
}
SOME = Annotated[list[str], msgspec.Meta(min_length=1)]
PATTERNS = SOME, 'a list of variants like ["ahc.*", "vbx.baseline"]'


@attrs.frozen
class MatrixRequest:
    """Recordings, what to choose from (patterns of variants by stage, params by stage and method),
    how to measure, what a recommendation must keep to, and the folder for it all.

    `sample` random combinations are run end to end, or with `full` every one. With `any_method` a
    recommendation from few recordings may use methods that no profile uses.
    """

    files: tuple[Path, ...]
    profile: str
    wanted: Mapping[str, Sequence[str]]
    values: Mapping[str, Mapping[str, Any]]
    limits: Limits
    constraints: Constraints
    out: Path
    sample: int = 2
    seed: int = 1
    full: bool = False
    any_method: bool = False
    plugins: tuple[Path, ...] = ()
    references: Path | None = None
    name: str = ""


def request(
    table: Mapping[str, Any],
    given: Mapping[str, Any],
    profile: str,
    files: Sequence[Path],
    out: Path,
    **rest: Any,
) -> MatrixRequest:
    """The table's values, with those given on top. Raises ProfileError with every problem,
    InputError without a recording.
    """
    numbers, wanted = settle(table, given, profile)
    return MatrixRequest(
        recordings_of(table, files),
        profile,
        wanted,
        table.get("methods", {}),
        Limits.of(numbers, starts=2, far=RIVAL),
        Constraints(*(float(numbers[name]) for name in CONSTRAINTS)),
        out,
        numbers["sample"],
        numbers["seed"],
        **rest,
    )


def recordings_of(table: Mapping[str, Any], files: Sequence[Path]) -> tuple[Path, ...]:
    """The recordings given, else those of the table, which is settled. Raises InputError."""
    recordings = tuple(files) or tuple(Path(f) for f in table.get("files", []))
    if not recordings:
        raise InputError("no recordings: name some, or give matrix.files in the profile")
    for path in recordings:
        if not path.is_file():
            raise InputError(f"{path}: no such file")
    return recordings


def settle(
    table: Mapping[str, Any], given: Mapping[str, Any], source: str
) -> tuple[dict[str, Any], dict[str, list[str]]]:
    """Numbers, and patterns of variants by stage. Raises ProfileError with every problem."""
    known = [*NUMBERS, *OTHER]
    numbers, problems = settled(NUMBERS, {**table, **given})
    wanted = {}
    for key, value in {**table, **given.get("stages", {})}.items():
        if key in NUMBERS:
            continue
        if key not in known and not isinstance(value, str | list):
            problems.append(f"{source}: matrix.{key}: unknown{nearest(key, known)}")
            continue
        value = [value] if isinstance(value, str) else value
        kind, example = OTHER.get(key, PATTERNS)
        if not _is(value, kind):
            problems.append(f"matrix.{key}: expected {example}")
        elif key not in OTHER:
            wanted[key] = value
    if problems:
        raise ProfileError("the matrix", problems)
    return numbers, wanted


def _is(value: Any, kind: Any) -> bool:
    try:
        msgspec.convert(value, kind)
    except msgspec.ValidationError:
        return False
    return True
